//! Scales: severity, tier, confidence, level.

use std::fmt;
use std::str::FromStr;

macro_rules! scale {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every step of the scale, lowest first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that files, options and reports use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(format!("`{text}` is none of {}", [$($text),+].join(", "))),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

scale! {
    /// How bad it is when the finding is true.
    Severity {
        /// Good to know.
        Info = "info",
        /// Hygiene; hard to exploit on its own.
        Low = "low",
        /// Weakens a protection.
        Medium = "medium",
        /// Exposes data or control with one further condition.
        High = "high",
        /// Exposes data or control as it stands.
        Critical = "critical",
    }
}

scale! {
    /// Who would want the policy: each tier includes those before it.
    Tier {
        /// Would block a merge in a well-run company.
        Default = "default",
        /// Good practice that many would want.
        Recommended = "recommended",
        /// For environments with special demands.
        Strict = "strict",
    }
}

scale! {
    /// How sure a finding of the policy is.
    Confidence {
        /// Usually right; depends on context that the files do not show.
        Likely = "likely",
        /// Right where it fires.
        Certain = "certain",
    }
}

scale! {
    /// What a finding does to the run.
    Level {
        /// Recorded only.
        Audit = "audit",
        /// Shown.
        Warn = "warn",
        /// Shown, and fails the run when it reaches the asked severity.
        Block = "block",
    }
}
