//! The facts of a delivery: what its pipelines, infrastructure and servers let people do.
//!
//! Each module looks at one thing and adds facts to [`volary_threat::fact::Facts`]; none of them decides what an attacker
//! makes of it.
