"""What the records come to: national tables, each declared in `resources/tables/` and counted over an open vault."""
