//! `pipeline.stage`: stages of Azure Pipelines and Jenkins.

use std::collections::BTreeMap;

use volary_model::SubjectId;

use super::value::{entry, groups, list_of, map_at, secret_names, setting, string, text_at, variables};
use super::{Builder, Draft};
use crate::Platform;

impl Builder<'_> {
    /// The stages that are written in this file.
    pub(super) fn stages(&mut self, workflow: SubjectId) {
        if !matches!(self.platform(), Platform::Azure | Platform::Jenkins) {
            return;
        }
        for stage in &self.pipeline.stages {
            let written = !stage.implied && stage.hidden.is_none();
            if !written || !self.first_told("stage", stage.at, "") {
                continue;
            }
            let header = self.first_line(stage.header);
            let name = stage.name.canonical();
            let mut fields = vec![entry("name", text_at(name.as_str(), header))];
            fields.extend(stage.display.as_ref().map(|text| entry("display", string(text))));
            fields.push(entry("env", map_at(variables(&stage.variables, self.platform()), header)));
            fields.push(entry("groups", list_of(groups(&stage.variables), header)));
            fields.extend(secret_names(&stage.variables, header));
            let public = self.subjects[workflow.0 as usize].values.get("public").cloned();
            fields.extend(public.map(|value| entry("public", value)));
            let condition = stage.activation.condition.as_ref();
            fields.extend(condition.map(|found| entry("condition", text_at(found.text.clone(), found.at))));
            fields.extend(stage.manual.as_ref().map(|found| entry("manual", setting(found))));
            let subject = self.add(Draft {
                kind: "pipeline.stage",
                name: name.as_str().into(),
                address: format!("stage {name}"),
                header,
                extent: stage.at,
                fields,
                owner: Some(workflow),
                links: BTreeMap::from([("workflow".into(), vec![workflow])]),
            });
            self.link(workflow, "pipeline.stage", subject);
            self.link(workflow, "stages", subject);
        }
    }
}
