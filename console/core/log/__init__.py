"""The log's records, the state that their fold gives, and the decisions that write them."""
