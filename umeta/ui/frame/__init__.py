"""What stands around every page: page config, the shared selectors, navigation, links, errors."""
