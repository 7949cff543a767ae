//! How long each format takes for 10,000 findings, and for ten times as many: cost must be linear.
//!
//! `cargo bench -p volary-report`

use std::io::{self, Write};
use std::time::{Duration, Instant};

use volary_report::{Format, Options, render};

#[path = "../tests/fixture/mod.rs"]
mod fixture;

/// Counts bytes and keeps none.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{:<14} {:>9} {:>12} {:>12} {:>14}", "format", "findings", "median ms", "bytes", "ns per finding")?;
    // `cargo test --benches` only wants to see that it runs.
    let measured = std::env::args().any(|argument| argument == "--bench");
    for number in if measured { [10_000, 100_000] } else { [10, 100] } {
        let (report, files) = fixture::many(number);
        for (name, format, details) in Format::ALL
            .into_iter()
            .map(|format| (format.to_string(), format, false))
            .chain([("text --details".to_owned(), Format::Text, true)])
        {
            let options = Options { details, max_results: usize::MAX, ..Options::default() };
            let mut bytes = 0;
            let mut times: Vec<Duration> = Vec::new();
            for _ in 0..5 {
                let mut counter = Counter(0);
                let start = Instant::now();
                render(&report, &files, format, &options, &mut counter)?;
                times.push(start.elapsed());
                bytes = counter.0;
            }
            times.sort();
            let median = times[times.len() / 2];
            let each = median.as_nanos() / number as u128;
            writeln!(out, "{name:<14} {number:>9} {:>12.1} {bytes:>12} {each:>14}", median.as_secs_f64() * 1000.0)?;
        }
    }
    Ok(())
}
