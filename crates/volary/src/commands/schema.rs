//! `volary schema`.

use super::print;
use crate::arguments::{SchemaArguments, SchemaCommand};
use crate::packs;

pub(crate) fn run(arguments: &SchemaArguments) -> Result<u8, String> {
    match &arguments.what {
        None => {
            let schema = serde_json::to_string_pretty(&volary_report::schema()).map_err(|error| error.to_string())?;
            print(&format!("{schema}\n"))?;
        }
        Some(SchemaCommand::Report { name }) => {
            let schema = match name.as_str() {
                "check" => volary_report::schema(),
                "guardrails" => volary_report::guardrails_schema(),
                "contracts" => volary_report::contracts_schema(),
                "require" => volary_report::requirement_schema(),
                "sources" => volary_report::sources_schema(),
                _ => {
                    let names = "check, guardrails, contracts, require and sources";
                    return Err(format!("there is no report `{name}`; there are {names}"));
                }
            };
            let schema = serde_json::to_string_pretty(&schema).map_err(|error| error.to_string())?;
            print(&format!("{schema}\n"))?;
        }
        Some(SchemaCommand::Input { kind }) if volary_governance::schema::NAMES.contains(&kind.as_str()) => {
            let schema = volary_governance::schema::of(kind).unwrap_or_default();
            let schema = serde_json::to_string_pretty(&schema).map_err(|error| error.to_string())?;
            print(&format!("{schema}\n"))?;
        }
        Some(SchemaCommand::Input { kind }) => {
            let loaded = packs::pack(None, &[])?.load_all();
            let text = loaded.catalogue.describe(kind).ok_or_else(|| {
                let near = loaded.catalogue.similar(kind);
                let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                format!("the catalogue has no `{kind}`{hint}")
            })?;
            print(&text)?;
        }
    }
    Ok(0)
}
