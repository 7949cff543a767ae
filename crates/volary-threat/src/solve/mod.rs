//! Questions about a ground system of attack steps, over integers alone.
