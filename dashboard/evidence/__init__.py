"""Photos and sheets on pages: what is shown of each, and the form that keeps one."""
