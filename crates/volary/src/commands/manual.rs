//! `volary completions` and `volary man`.

use clap::CommandFactory;

use super::print;
use crate::arguments::Cli;

pub(crate) fn completions(shell: clap_complete::Shell) -> Result<u8, String> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "volary", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(0)
}

pub(crate) fn man() -> Result<u8, String> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text).map_err(|error| error.to_string())?;
    print(&String::from_utf8_lossy(&text))?;
    Ok(0)
}
