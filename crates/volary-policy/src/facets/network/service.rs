//! Firewall rules of Azure's database and cache services: a span of addresses that may reach the service's port.
//!
//! <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/mssql_firewall_rule>,
//! <https://learn.microsoft.com/azure/azure-sql/database/firewall-configure>

use std::net::Ipv4Addr;

use volary_model::{Data, Origin, Type, Value};

use super::super::values::{documented, made, read, read_any, unknown_like, unknown_list, with_data};
use super::{Rule, ranges};
use crate::facets::source::Source;

/// Resource, port of the service, and the kinds of what it protects.
const SERVICES: &[(&str, &str, &[&str])] = &[
    ("azurerm_sql_firewall_rule", "1433", &["azurerm_sql_server", "azurerm_mssql_server"]),
    ("azurerm_mssql_firewall_rule", "1433", &["azurerm_mssql_server", "azurerm_sql_server"]),
    ("azurerm_mysql_firewall_rule", "3306", &["azurerm_mysql_server"]),
    ("azurerm_mysql_flexible_server_firewall_rule", "3306", &["azurerm_mysql_flexible_server"]),
    ("azurerm_mariadb_firewall_rule", "3306", &["azurerm_mariadb_server"]),
    ("azurerm_postgresql_firewall_rule", "5432", &["azurerm_postgresql_server"]),
    ("azurerm_postgresql_flexible_server_firewall_rule", "5432", &["azurerm_postgresql_flexible_server"]),
    ("azurerm_redis_firewall_rule", "6379-6380", &["azurerm_redis_cache"]),
    ("azurerm_synapse_firewall_rule", "1433", &["azurerm_synapse_workspace"]),
    ("azurerm_mongo_cluster_firewall_rule", "10260", &["azurerm_mongo_cluster"]),
    ("azurerm_data_lake_store_firewall_rule", "443", &["azurerm_data_lake_store"]),
];

/// Attributes that name what a rule protects.
const OWNERS: [&str; 7] = [
    "server_id",
    "server_name",
    "redis_cache_name",
    "synapse_workspace_id",
    "mongo_cluster_id",
    "cluster_id",
    "account_name",
];

/// What the span from 0.0.0.0 to 0.0.0.0 means: every service in Azure, whoever runs it.
const AZURE_SERVICES: &str = "AzureServices";

pub(super) fn read_rules(source: &Source<'_>, rules: &mut Vec<Rule>) {
    let Some((_, port, kinds)) = SERVICES.iter().find(|(kind, ..)| *kind == &*source.subject.kind) else { return };
    let place = source.place();
    let values = source.values();
    let name = read_any(values, &OWNERS);
    rules.push(Rule {
        layer: "service-firewall",
        definer: source.id,
        owner: source.named(name.as_ref(), kinds).unwrap_or(source.id),
        block: None,
        source: None,
        conditional: None,
        direction: Some(made("ingress", &place)),
        access: Some(made("allow", &place)),
        protocol: Some(made("tcp", &place)),
        ports: Value::list(vec![made(*port, &place)], documented(&place)),
        sources: sources(values, &place),
        destinations: Value::list(Vec::new(), place.clone()),
        priority: None,
        name: read(values, "name"),
        description: None,
        set: None,
        disabled: None,
    });
}

fn sources(values: &Value, place: &Origin) -> Value {
    let first = read_any(values, &["start_ip_address", "start_ip"]);
    let last = read_any(values, &["end_ip_address", "end_ip"]);
    let (first, last) = match (first, last) {
        (Some(first), Some(last)) => (first, last),
        (Some(one), None) | (None, Some(one)) => (one.clone(), one),
        (None, None) => return Value::list(Vec::new(), place.clone()),
    };
    if let Some(unknown) = [&first, &last].into_iter().find(|value| value.as_unknown().is_some()) {
        return unknown_list(unknown);
    }
    let address = |value: &Value| value.as_text().and_then(|text| text.trim().parse::<Ipv4Addr>().ok());
    let texts: Vec<String> = match (address(&first), address(&last)) {
        (Some(Ipv4Addr::UNSPECIFIED), Some(Ipv4Addr::UNSPECIFIED)) => vec![AZURE_SERVICES.to_owned()],
        (Some(first), Some(last)) => ranges::between(first, last).iter().map(ToString::to_string).collect(),
        _ => return Value::list(vec![unknown_like(&first, Type::Text)], first.origin.clone()),
    };
    let elements = texts.into_iter().map(|text| with_data(&first, Data::Text(text.into()))).collect();
    Value::list(elements, first.origin.clone())
}
