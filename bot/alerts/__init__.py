"""The life of an alert: gate, card, relay, enrichment, sightings, closing, rectification."""
