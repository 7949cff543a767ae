//! What every format looks like, and what holds for all of them.

mod fixture;

use fixture::{EVIL, SECRETS, empty, files, full, many};
use volary_model::{Files, Report};
use volary_report::{Format, Options, render};

fn rendered(report: &Report, files: &Files, format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    render(report, files, format, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn plain(report: &Report, files: &Files, format: Format) -> String {
    rendered(report, files, format, &Options::default())
}

#[test]
fn every_format_of_the_full_report() {
    let (report, files) = full();
    for format in Format::ALL {
        let options = Options { summary_file: Some("/tmp/summary.md".into()), ..Options::default() };
        insta::assert_snapshot!(format!("full_{format}"), rendered(&report, &files, format, &options));
    }
}

#[test]
fn every_format_of_an_empty_report() {
    for format in Format::ALL {
        insta::assert_snapshot!(format!("empty_{format}"), plain(&empty(), &Files::default(), format));
    }
}

#[test]
fn the_terminal_in_its_forms() {
    let (report, files) = full();
    let details = Options { details: true, width: 100, ..Options::default() };
    insta::assert_snapshot!("text_details", rendered(&report, &files, Format::Text, &details));
    let narrow = Options { width: 50, ..Options::default() };
    insta::assert_snapshot!("text_narrow", rendered(&report, &files, Format::Text, &narrow));
    let one = Report { findings: vec![fixture::chained(&files)], ..empty() };
    insta::assert_snapshot!("text_one", plain(&one, &files, Format::Text));
    let few = Report { findings: vec![fixture::password(&files), fixture::key(&files)], ..empty() };
    insta::assert_snapshot!("text_few", plain(&few, &files, Format::Text));
}

#[test]
fn nothing_in_a_terminal_acts_on_its_reader() {
    let (report, files) = full();
    for (details, width) in [(false, 0), (true, 0), (false, 30), (true, 30), (true, 1)] {
        let options = Options { details, width, ..Options::default() };
        let text = rendered(&report, &files, Format::Text, &options);
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text}");
        for line in text.lines() {
            // `:::` stands before the second place of a frame and is no command.
            let line = line.trim_start();
            assert!(!line.starts_with("::") || line.starts_with("::: "), "{line}");
            assert!(!line.contains("##vso["), "{line}");
        }
        // With colour, the only escapes are those of styles.
        let coloured = rendered(&report, &files, Format::Text, &Options { colour: true, ..options });
        for part in coloured.split('\u{1b}').skip(1) {
            let end = part.find(|c: char| !c.is_ascii_digit() && c != ';' && c != '[').unwrap();
            assert_eq!(&part[end..=end], "m", "{part}");
        }
    }
}

#[test]
fn no_order_for_a_pipeline_comes_from_the_tree() {
    let (report, files) = full();
    for format in Format::ALL {
        let text = plain(&report, &files, format);
        for line in text.lines() {
            let own = line.starts_with("##vso[task.logissue type=") && format == Format::Azure;
            assert_eq!(line.matches("##vso[").count(), usize::from(own), "{format}: {line}");
            assert!(!line.contains("##["), "{format}: {line}");
            let known = ["::error file=", "::warning ", "::notice title=Volary::", "::error title="];
            let command = line.trim_start().starts_with("::");
            assert!(!command || (format == Format::Github && known.iter().any(|k| line.starts_with(k))), "{line}");
        }
    }
}

#[test]
fn secrets_stay_masked_whichever_finding_shows_their_line() {
    let (report, files) = full();
    for format in Format::ALL {
        for details in [false, true] {
            let text = rendered(&report, &files, format, &Options { details, ..Options::default() });
            for secret in SECRETS {
                assert!(!text.contains(secret), "{format} shows {secret}: {text}");
            }
        }
    }
}

#[test]
fn the_first_screen_has_at_most_twenty_lines_of_plain_words() {
    let (report, files) = full();
    let (large, large_files) = many(5000);
    let few = |number: usize| {
        let all = [fixture::password(&files), fixture::key(&files), fixture::chained(&files)];
        Report { findings: all[..number].to_vec(), ..empty() }
    };
    let reports = [(&report, &files), (&large, &large_files), (&few(1), &files), (&few(2), &files), (&few(3), &files)];
    for (report, files) in reports {
        for width in [0, 60, 100, 200] {
            let text = rendered(report, files, Format::Text, &Options { width, ..Options::default() });
            assert!(text.lines().count() <= 20, "{text}");
            let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
            for word in ["effect", "kind", "unit", "units", "cut", "subject", "judgement", "fingerprint", "facet"] {
                assert!(!words.contains(&word), "`{word}` in {text}");
            }
            if width > 0 {
                assert!(text.lines().all(|line| line.chars().count() <= width.max(60)), "{text}");
            }
        }
    }
}

#[test]
fn rendering_again_gives_the_same_bytes() {
    for format in Format::ALL {
        let (first, first_files) = full();
        let (second, second_files) = full();
        assert_eq!(plain(&first, &first_files, format), plain(&second, &second_files, format), "{format}");
    }
}

#[test]
fn xml_is_well_formed() {
    let (report, files) = full();
    for text in [plain(&report, &files, Format::Junit), plain(&empty(), &Files::default(), Format::Junit)] {
        let mut open: Vec<&str> = Vec::new();
        let mut rest = &text[text.find("?>").unwrap() + 2..];
        while let Some(start) = rest.find('<') {
            assert!(!rest[..start].contains('>'), "{rest}");
            let end = rest.find('>').unwrap();
            let tag = &rest[start + 1..end];
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if tag.ends_with('/') => {}
                None => open.push(tag.split(' ').next().unwrap()),
            }
            rest = &rest[end + 1..];
        }
        assert!(open.is_empty(), "{open:?}");
        let allowed = |c: char| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        assert!(text.chars().all(allowed));
        for (at, _) in text.match_indices('&') {
            let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#35;"];
            assert!(known.iter().any(|entity| text[at..].starts_with(entity)), "{}", &text[at..at + 20]);
        }
    }
}

#[test]
fn markdown_tables_keep_their_columns() {
    let (report, files) = full();
    let text = plain(&report, &files, Format::Markdown);
    for row in text.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.matches('|').count(), 6, "{row}");
    }
    assert!(!text.contains("<b>"), "{text}");
}

#[test]
fn marks_are_at_most_ten_of_a_weight_and_name_what_they_leave_out() {
    let (report, files) = many(5000);
    for (format, start) in [(Format::Github, "::error "), (Format::Azure, "##vso[task.logissue type=error;")] {
        let text = plain(&report, &files, format);
        let marks: Vec<&str> = text.lines().filter(|line| line.starts_with(start)).collect();
        assert_eq!(marks.len(), 10, "{format}");
        assert!(marks[9].contains("more policies with findings"), "{}", marks[9]);
        assert!(marks[0].contains("more places"), "{}", marks[0]);
        // Nothing is lost: every finding has a line of the log.
        assert!(text.lines().filter(|line| line.contains(": dir/file-")).count() >= 4000);
    }
}

#[test]
fn a_hundred_thousand_findings_are_rendered() {
    let (report, files) = many(100_000);
    for format in Format::ALL {
        struct Count(usize);
        impl std::io::Write for Count {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0 += bytes.len();
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let mut out = Count(0);
        render(&report, &files, format, &Options::default(), &mut out).unwrap();
        assert!(out.0 > 0);
    }
}

#[test]
fn errors_of_the_output_are_returned() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (report, files) = full();
    for format in Format::ALL {
        let error = render(&report, &files, format, &Options::default(), &mut Full).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::StorageFull, "{format}");
    }
}

#[test]
fn locations_that_are_not_of_these_files_do_no_harm() {
    let (report, _) = full();
    let mut other = Files::default();
    other.add(volary_model::SourceFile::new(EVIL, "é"));
    for format in Format::ALL {
        for files in [&other, &Files::default()] {
            plain(&report, files, format);
        }
    }
    assert!(plain(&report, &files(), Format::Text).contains("main.tf:8"));
}

#[test]
fn formats_are_named() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse(), Ok(format));
    }
    assert!("yaml".parse::<Format>().unwrap_err().contains("sarif"));
}
