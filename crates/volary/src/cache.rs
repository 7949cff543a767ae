//! Where fetched repositories lie: `sources/HOST/PATH@COMMIT` in the cache folder of the user.

use std::env;
use std::path::PathBuf;

/// The folder of a repository at a commit, whether it is there or not. The commit decides what it holds, so that two
/// addresses that share a folder do no harm.
pub(crate) fn folder(url: &str, commit: &str) -> Result<PathBuf, String> {
    Ok(sources()?.join(format!("{}@{commit}", name(url))))
}

/// The folder that holds all fetched repositories.
pub(crate) fn sources() -> Result<PathBuf, String> {
    let set = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = set("XDG_CACHE_HOME")
        .or_else(|| if cfg!(windows) { set("LOCALAPPDATA") } else { set("HOME").map(|home| home.join(".cache")) });
    let cache = cache.ok_or("there is no cache folder: set XDG_CACHE_HOME to one")?;
    Ok(cache.join("volary").join("sources"))
}

/// `github.com/acme/templates`: host and path with plain characters only.
fn name(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = if host.is_empty() { scheme } else { host };
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let parts = std::iter::once(host).chain(path.split('/')).filter(|part| !part.is_empty());
    parts.map(plain).collect::<Vec<_>>().join("/")
}

fn plain(part: &str) -> String {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let text: String = part.chars().map(|c| if good(c) { c } else { '_' }).collect();
    if text.chars().all(|c| c == '.') { "_".repeat(text.len()) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_lead_out_of_the_cache() {
        for (url, expected) in [
            ("https://github.com/acme/templates", "github.com/acme/templates"),
            ("https://user@dev.azure.com/acme/My%20Project/_git/t.git", "dev.azure.com/acme/My_20Project/_git/t"),
            ("ssh://git@gitlab.example.com:2222/a/b.git/", "gitlab.example.com_2222/a/b"),
            ("file:///srv/git/t.git", "file/srv/git/t"),
            ("file:///../../etc/./x", "file/__/__/etc/_/x"),
            ("https://../..", "__/__"),
        ] {
            assert_eq!(name(url), expected, "{url}");
        }
    }
}
