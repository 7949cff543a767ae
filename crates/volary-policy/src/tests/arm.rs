//! Resources that are written in the words of Azure Resource Manager.

use volary_model::Outcome::{self, Fail, NotApplicable, Pass, Undecided};

use super::support::{catalogue, judgements, outcome_of, policy_with, prepared};

const CATALOGUE: &str = "
azurerm_account:
  arm: Microsoft.Storage/storageAccounts
  identity: [name]
  attributes:
    name: {type: string, arm: name}
    kind: {type: string, default: V2, arm: kind}
    tls: {type: string, default: TLS1_2, arm: {path: properties.minimumTlsVersion, default: TLS1_0}}
    public: {type: bool, default: true, arm: {path: properties.publicNetworkAccess, values: {Enabled: true, Disabled: false}, default: true}}
    local_auth: {type: bool, default: true, arm: {path: properties.disableLocalAuth, not: true, default: true}}
    copy: {type: bool, default: false, arm: properties.copy}
    never: {type: string}
    scope: {type: string, arm: properties.scope}
    network:
      block: once
      arm: properties.networkAcls
      attributes:
        action: {type: string, arm: defaultAction}
        bypass: {type: set(string), default: [AzureServices], arm: {path: bypass, split: true, default: [AzureServices]}}
        ips: {type: list(string), arm: ipRules.*.value}
        tenant: {type: string}
    identity:
      block: once
      arm: identity
      attributes:
        type: {type: string, arm: type}
        ids: {type: set(string), arm: {path: userAssignedIdentities, keys: true}}
    rule:
      block: many
      key: name
      arm: properties.rules
      attributes: {name: {type: string, arm: name}, port: {type: number, arm: properties.port}}
    agent:
      block: once
      arm: {path: properties.addons.agent, if: enabled}
      attributes: {workspace: {type: string, arm: config.workspace}}
azurerm_container:
  arm: Microsoft.Storage/storageAccounts/blobServices/containers
  identity: [name]
  attributes:
    name: {type: string, arm: name}
    account_id: {type: string, arm: {parent: Microsoft.Storage/storageAccounts}}
    account_name: {type: string, arm: {parent: Microsoft.Storage/storageAccounts, take: name}}
    access: {type: string, default: private, arm: {path: properties.publicAccess, values: {None: private}, default: private}}
blobs:
  arm: Microsoft.Storage/storageAccounts/blobServices
  part_of: {kind: azurerm_account, by: account_id, at: blob}
  attributes:
    account_id: {type: string, arm: {parent: Microsoft.Storage/storageAccounts}}
    versioning: {type: bool, default: false, arm: {path: properties.isVersioningEnabled, default: false}}
azurerm_linux_app:
  arm: {type: Microsoft.Web/sites, where: {kind: [linux, '!functionapp']}}
  attributes: {https: {type: bool, arm: properties.httpsOnly}}
azurerm_windows_app:
  arm: {type: Microsoft.Web/sites, where: {kind: ['!linux', '!functionapp']}}
  attributes: {https: {type: bool, arm: properties.httpsOnly}}
";

const TYPE: &str = "type: 'Microsoft.Storage/storageAccounts@2023-05-01'";

/// What a policy says of an account with these properties.
fn outcome(lines: &str, properties: &str) -> Outcome {
    of(lines, &format!("azapi_resource.a: {{{TYPE}, name: acc, body: {{kind: V2, properties: {properties}}}}}"))
}

fn of(lines: &str, unit: &str) -> Outcome {
    let catalogue = catalogue(CATALOGUE);
    let policy = policy_with(&format!("judges: azurerm_account\n{lines}"), &catalogue, true);
    outcome_of(&policy, &prepared(unit, &catalogue), "azapi_resource.a")
}

#[test]
fn attributes_are_read_where_resource_manager_has_them() {
    let tls = "require: {tls: TLS1_2}";
    assert_eq!(outcome(tls, "{minimumTlsVersion: TLS1_2}"), Pass);
    assert_eq!(outcome(tls, "{MinimumTLSversion: TLS1_1}"), Fail);
    assert_eq!(outcome(tls, "{minimumTlsVersion: !unknown tls}"), Undecided);
    assert_eq!(outcome(tls, "!unknown all"), Undecided);
    assert_eq!(outcome("require: {name: acc, kind: V2}", "{}"), Pass);
    let lower = "azapi_resource.a: {type: 'microsoft.storage/STORAGEACCOUNTS@2023-05-01', body: {properties: {minimumTlsVersion: TLS1_2}}}";
    assert_eq!(of(tls, lower), Pass);
}

#[test]
fn what_is_not_written_is_the_default_of_resource_manager() {
    assert_eq!(outcome("require: {tls: TLS1_2}", "{}"), Fail);
    assert_eq!(outcome("require: {tls: TLS1_0}", "{minimumTlsVersion: ~}"), Pass);
    // The default of the provider need not be that of the interface.
    assert_eq!(outcome("require: {copy: false}", "{}"), Undecided);
    assert_eq!(outcome("require: {scope: {exists: false}}", "{}"), Pass);
    assert_eq!(outcome("require: {network: {exists: false}}", "{}"), Pass);
    assert_eq!(outcome("require: {network.bypass: {has: AzureServices}}", "{networkAcls: {}}"), Pass);
}

#[test]
fn values_are_brought_into_the_words_of_the_kind() {
    assert_eq!(outcome("require: {public: false}", "{publicNetworkAccess: Disabled}"), Pass);
    assert_eq!(outcome("require: {public: false}", "{publicNetworkAccess: enabled}"), Fail);
    assert_eq!(outcome("require: {public: false}", "{publicNetworkAccess: !unknown x}"), Undecided);
    assert_eq!(outcome("require: {public: false}", "{publicNetworkAccess: Perimeter}"), NotApplicable);
    assert_eq!(outcome("require: {local_auth: false}", "{disableLocalAuth: true}"), Pass);
    assert_eq!(
        outcome("require: {network.bypass: {has: Logging}}", "{networkAcls: {bypass: 'AzureServices, Logging'}}"),
        Pass
    );
    let open = "forbid: {network.ips: {has: {cidr: any-address}}}";
    assert_eq!(outcome(open, "{networkAcls: {ipRules: [{value: 1.2.3.4}, {value: 0.0.0.0/0}]}}"), Fail);
    assert_eq!(outcome(open, "{networkAcls: {ipRules: [{value: 1.2.3.4}]}}"), Pass);
    assert_eq!(outcome(open, "{networkAcls: {ipRules: !unknown ips}}"), Undecided);
    let rules = "forbid: {some: {in: rule, where: {port: 22}}}";
    assert_eq!(outcome(rules, "{rules: [{name: ssh, properties: {port: 22}}]}"), Fail);
    assert_eq!(outcome(rules, "{rules: [{name: web, properties: {port: 443}}]}"), Pass);
    let agent = "require: {agent.workspace: w}";
    assert_eq!(outcome(agent, "{addons: {agent: {enabled: true, config: {workspace: w}}}}"), Pass);
    assert_eq!(outcome(agent, "{addons: {agent: {enabled: false, config: {workspace: w}}}}"), Fail);
    assert_eq!(outcome(agent, "{addons: {agent: {enabled: !unknown on, config: {workspace: w}}}}"), Undecided);
}

#[test]
fn what_nobody_has_mapped_is_neither_absent_nor_a_question() {
    assert_eq!(outcome("require: {never: x}", "{}"), NotApplicable);
    assert_eq!(outcome("forbid: {never: {exists: false}}", "{}"), NotApplicable);
    assert_eq!(outcome("require: {network.tenant: x}", "{networkAcls: {}}"), NotApplicable);
    // Where something else decides, it decides; where something else is open as well, that is a question.
    assert_eq!(outcome("require: {any: [{never: x}, {public: true}]}", "{}"), Pass);
    assert_eq!(outcome("require: {any: [{never: x}, {scope: y}]}", "{scope: !unknown s}"), Undecided);
    // What the catalogue does not have, a user's policy must not take for absent.
    let catalogue = catalogue(CATALOGUE);
    let policy = policy_with("judges: azurerm_account\nrequire: {nobody_knows: x}", &catalogue, false);
    let unit = format!("azapi_resource.a: {{{TYPE}, body: {{}}}}");
    assert_eq!(outcome_of(&policy, &prepared(&unit, &catalogue), "azapi_resource.a"), NotApplicable);
}

#[test]
fn a_body_may_be_json_and_have_secret_and_outer_parts() {
    let tls = "require: {tls: TLS1_2}";
    let json =
        format!("azapi_resource.a: {{{TYPE}, body: '{{\"properties\": {{\"minimumTlsVersion\": \"TLS1_2\"}}}}'}}");
    assert_eq!(of(tls, &json), Pass);
    let broken = format!("azapi_resource.a: {{{TYPE}, body: '{{\"properties\": '}}");
    assert_eq!(of(tls, &broken), Undecided);
    assert_eq!(of(tls, &format!("azapi_resource.a: {{{TYPE}, body: [1]}}")), Outcome::Error);
    let secret = format!(
        "azapi_resource.a: {{{TYPE}, body: {{properties: {{copy: true}}}}, sensitive_body: {{properties: {{minimumTlsVersion: TLS1_2}}}}}}"
    );
    assert_eq!(of(&format!("{tls}\nwhen: {{copy: true}}"), &secret), Pass);
    let identity = format!(
        "azapi_resource.a: {{{TYPE}, body: !unknown b, identity: [{{type: UserAssigned, identity_ids: [x]}}]}}"
    );
    assert_eq!(of("require: {identity.type: UserAssigned, identity.ids: {has: x}}", &identity), Pass);
    let within = "{identity: {type: UserAssigned, userAssignedIdentities: {x: {}}}}";
    assert_eq!(of("require: {identity.ids: {has: x}}", &format!("azapi_resource.a: {{{TYPE}, body: {within}}}")), Pass);
}

#[test]
fn a_child_knows_what_encloses_it() {
    let catalogue = catalogue(CATALOGUE);
    let policy = policy_with(
        "judges: azurerm_account\nrequire: {related: {kind: azurerm_container, by: account_id, where: {access: private}}}",
        &catalogue,
        true,
    );
    let outcome = |child: &str| {
        let unit = format!("azapi_resource.a: {{{TYPE}, name: acc, body: {{}}}}\n{child}");
        outcome_of(&policy, &prepared(&unit, &catalogue), "azapi_resource.a")
    };
    let ty = "type: 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01', name: c";
    assert_eq!(outcome(&format!("azapi_resource.c: {{{ty}, parent_id: !ref azapi_resource.a.id}}")), Pass);
    let service = "azapi_resource.s: {type: 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01', parent_id: !ref azapi_resource.a.id}";
    assert_eq!(outcome(&format!("{service}\nazapi_resource.c: {{{ty}, parent_id: !ref azapi_resource.s.id}}")), Pass);
    assert_eq!(
        outcome(&format!(
            "azapi_resource.c: {{{ty}, parent_id: !ref azapi_resource.a.id, body: {{properties: {{publicAccess: Blob}}}}}}"
        )),
        Fail
    );
    // Of what type it is not known, it may be anything.
    let unseen = "require: {not: {related: {kind: azurerm_container, by: account_id, where: {access: private}}}}";
    let account = format!("azapi_resource.a: {{{TYPE}, name: acc, body: {{}}}}");
    assert_eq!(of(unseen, &account), Pass);
    assert_eq!(of(unseen, &format!("{account}\nazapi_resource.x: {{type: !unknown type, body: {{}}}}")), Undecided);
    let by_name = policy_with("judges: azurerm_container\nrequire: {account_name: acc}", &catalogue, true);
    let id = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/acc/blobServices/default";
    let unit = format!("azapi_resource.c: {{{ty}, parent_id: {id}}}");
    assert_eq!(outcome_of(&by_name, &prepared(&unit, &catalogue), "azapi_resource.c"), Pass);
}

#[test]
fn an_update_changes_what_it_updates() {
    let tls = "require: {tls: TLS1_2}";
    let account = format!(
        "azapi_resource.a: {{{TYPE}, name: acc, parent_id: group, body: {{properties: {{minimumTlsVersion: TLS1_0, networkAcls: {{defaultAction: Deny}}}}}}}}"
    );
    let update = "body: {properties: {minimumTlsVersion: TLS1_2}}";
    assert_eq!(
        of(
            tls,
            &format!("{account}\nazapi_update_resource.u: {{{TYPE}, resource_id: !ref azapi_resource.a.id, {update}}}")
        ),
        Pass
    );
    assert_eq!(
        of(tls, &format!("{account}\nazapi_update_resource.u: {{{TYPE}, name: acc, parent_id: group, {update}}}")),
        Pass
    );
    assert_eq!(
        of(tls, &format!("{account}\nazapi_update_resource.u: {{{TYPE}, name: other, parent_id: group, {update}}}")),
        Fail
    );
    let maybe = format!(
        "{account}\nazapi_update_resource.u: {{{TYPE}, resource_id: !ref azapi_resource.a.id, $conditional: on, {update}}}"
    );
    assert_eq!(of(tls, &maybe), Undecided);
    assert_eq!(of("require: {network.action: Deny}", &maybe), Pass);
    // What is updated may be made by the other provider.
    let catalogue = catalogue(CATALOGUE);
    let policy = policy_with("judges: azurerm_account\nrequire: {tls: TLS1_2}", &catalogue, true);
    let unit = format!(
        "azurerm_account.a: {{name: acc, tls: TLS1_0}}\nazapi_update_resource.u: {{{TYPE}, resource_id: !ref azurerm_account.a.id, {update}}}"
    );
    assert_eq!(outcome_of(&policy, &prepared(&unit, &catalogue), "azurerm_account.a"), Pass);
}

#[test]
fn a_part_of_resource_manager_is_merged() {
    let versioning = "require: {blob.versioning: true}";
    let account = format!("azapi_resource.a: {{{TYPE}, name: acc, body: {{}}}}");
    let ty = "type: 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01'";
    let on = "body: {properties: {isVersioningEnabled: true}}";
    assert_eq!(of(versioning, &account), Fail);
    assert_eq!(
        of(
            versioning,
            &format!("{account}\nazapi_resource.b: {{{ty}, name: default, parent_id: !ref azapi_resource.a.id, {on}}}")
        ),
        Pass
    );
    assert_eq!(
        of(
            versioning,
            &format!(
                "{account}\nazapi_update_resource.b: {{{ty}, name: default, parent_id: !ref azapi_resource.a.id, {on}}}"
            )
        ),
        Pass
    );
}

#[test]
fn the_kind_of_an_object_can_depend_on_what_it_holds() {
    let catalogue = catalogue(CATALOGUE);
    let kind = |values: &str| {
        let unit = format!("azapi_resource.a: {{type: 'Microsoft.Web/sites@2023-01-01', body: {values}}}");
        prepared(&unit, &catalogue).unit().subjects[0].kind.to_string()
    };
    assert_eq!(kind("{kind: 'app,linux'}"), "azurerm_linux_app");
    assert_eq!(kind("{}"), "azurerm_windows_app");
    assert_eq!(kind("{kind: functionapp}"), "azapi_resource");
    assert_eq!(kind("{kind: !unknown k}"), "azapi_resource");
    assert_eq!(kind("!unknown b"), "azapi_resource");
}

#[test]
fn a_finding_is_shown_in_the_words_of_the_file() {
    let catalogue = catalogue(CATALOGUE);
    let policy = policy_with(
        "judges: azurerm_account\nrequire: {network.action: Deny}\nmessage: 'action is {network.action}'",
        &catalogue,
        true,
    );
    let unit = format!("azapi_resource.a: {{{TYPE}, body: {{properties: {{networkAcls: {{defaultAction: Allow}}}}}}}}");
    let judged = judgements(&policy, &prepared(&unit, &catalogue), "azapi_resource.a");
    assert_eq!(&*judged[0].message, "action is Allow (here: `properties.networkAcls.defaultAction`)");
    assert_eq!(&*judged[0].path, "network.action");
}

#[test]
fn a_decided_judgement_holds_whatever_the_unknown_values_are() {
    let policies = [
        "require: {tls: TLS1_2}",
        "require: {public: false}",
        "require: {local_auth: false}",
        "require: {any: [{public: false}, {network.action: Deny}]}",
        "forbid: {network.ips: {has: {cidr: any-address}}}",
        "require: {network.bypass: {has: AzureServices}}",
        "forbid: {some: {in: rule, where: {port: 22}}}",
        "require: {each: {in: rule, require: {name: {exists: true}}}}",
        "require: {agent.workspace: {exists: true}}",
        "require: {identity.ids: {empty: false}}",
        "require: {network: {exists: true}}",
    ];
    let shapes: [(&str, &[&str]); 8] = [
        ("{properties: {minimumTlsVersion: HOLE}}", &["~", "TLS1_2", "TLS1_0"]),
        (
            "{properties: {publicNetworkAccess: HOLE, networkAcls: {defaultAction: Deny}}}",
            &["~", "Enabled", "Disabled"],
        ),
        ("{properties: {disableLocalAuth: HOLE}}", &["~", "true", "false"]),
        (
            "{properties: {networkAcls: HOLE}}",
            &["~", "{}", "{defaultAction: Deny}", "{bypass: 'None', ipRules: [{value: 0.0.0.0/0}]}"],
        ),
        ("{properties: {networkAcls: {bypass: HOLE, ipRules: HOLE}}}", &["~"]),
        (
            "{properties: {rules: [HOLE, {name: a, properties: {port: 1}}]}}",
            &["{}", "{name: s, properties: {port: 22}}"],
        ),
        ("{properties: {addons: {agent: {enabled: HOLE, config: {workspace: w}}}}}", &["~", "true", "false"]),
        ("HOLE", &["{}", "{identity: {userAssignedIdentities: {x: {}}}}", "{properties: {minimumTlsVersion: TLS1_2}}"]),
    ];
    for lines in policies {
        for (shape, completions) in shapes {
            let judged = |body: &str| of(lines, &format!("azapi_resource.a: {{{TYPE}, name: acc, body: {body}}}"));
            let open = judged(&shape.replace("HOLE", "!unknown x"));
            for completion in completions {
                let known = judged(&shape.replace("HOLE", completion));
                let contradicts = matches!((open, known), (Pass, Fail) | (Fail, Pass));
                assert!(!contradicts, "{lines} on {shape}: {open:?}, but {known:?} for {completion}");
            }
        }
    }
}

#[test]
fn hostile_objects_are_read_to_an_end() {
    let catalogue = catalogue(CATALOGUE);
    let policy = policy_with("judges: azurerm_account\nrequire: {tls: TLS1_2}", &catalogue, true);
    // Parents that enclose each other.
    let ty = "type: 'Microsoft.Storage/storageAccounts/blobServices/containers@1'";
    let circle = format!(
        "azapi_resource.a: {{{ty}, parent_id: !ref azapi_resource.b.id}}\nazapi_resource.b: {{{ty}, parent_id: !ref azapi_resource.a.id}}"
    );
    prepared(&circle, &catalogue);
    for values in
        ["{type: 1}", "{type: ''}", "{type: '@'}", "{}", "{type: 'Microsoft.Storage/storageAccounts', body: 7}"]
    {
        prepared(&format!("azapi_resource.a: {values}\nazapi_update_resource.u: {values}"), &catalogue);
    }
    for body in [
        "{properties: 1}",
        "{properties: [1]}",
        "{properties: {networkAcls: [1], rules: {a: 1}, addons: x}, identity: 3}",
    ] {
        let unit = format!("azapi_resource.a: {{{TYPE}, body: {body}, sensitive_body: {body}}}");
        assert_ne!(outcome_of(&policy, &prepared(&unit, &catalogue), "azapi_resource.a"), Pass, "{body}");
    }
}
