"""Pure rules of operational escalation: values in, values out, `now` an argument."""
