"""The front desk's screen: pages drawn on the server from the same engine, letters and store as the command."""
