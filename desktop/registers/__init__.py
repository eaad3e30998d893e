"""What a record is: kinds, registers, rules, code lists and problems, all read from the declarations in `resources/`."""
