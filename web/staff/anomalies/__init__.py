"""Page of a consultation's anomalies, for its agents and officials."""
