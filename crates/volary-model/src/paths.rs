//! Paths inside a tree: `/` between parts, `` for the root, never absolute.

/// The folder of a path, `` for the root.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A relative path seen from a folder, without dots; `None` where it leaves the tree.
pub fn join_path(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_inside_the_tree_only() {
        assert_eq!(join_path("a/b", "../c").as_deref(), Some("a/c"));
        assert_eq!(join_path("", "./m").as_deref(), Some("m"));
        assert_eq!(join_path("a", "../../c"), None);
        assert_eq!((folder_of("a/b/c.tf"), folder_of("c.tf")), ("a/b", ""));
    }
}
