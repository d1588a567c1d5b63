"""The pages of registers: facilities that authorities and operators list, and what each register says of one."""
