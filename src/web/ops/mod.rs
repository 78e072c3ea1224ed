//! Pages for orchestrators and monitoring: health, readiness, metrics.

pub(crate) mod health;
pub(crate) mod metrics;
