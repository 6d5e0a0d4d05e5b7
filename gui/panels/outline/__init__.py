"""The outline: the network as a tree, in which everything can be read and done with the keyboard alone."""
