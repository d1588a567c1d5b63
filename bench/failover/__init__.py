"""Three machines of a cluster as network namespaces of this one: killed, frozen and cut off from each other in turn."""
