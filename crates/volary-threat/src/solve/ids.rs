//! The numbers a system is made of.

/// A number with a meaning of its own.
pub trait Id: Copy + Ord {
    /// From a position.
    fn new(index: u32) -> Self;
    /// Its position.
    fn index(self) -> usize;
}

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl Id for $name {
            fn new(index: u32) -> Self {
                Self(index)
            }

            fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id! {
    /// Something that may hold: a fact that was collected, or a capability of the attacker.
    FactId
}
id! {
    /// A ground attack step, in the order in which the steps were added.
    RuleId
}
id! {
    /// A control that, when it is there, blocks the steps it guards.
    ControlId
}
