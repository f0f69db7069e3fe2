"""The embedding map: its script, and what Python sends it and reads back.

Points, images and colours are described by `MapPoints`, `Sprite` and `MapView`; `map_message` puts them together, and
`read_selection` reads what a person chose. The `.js` files, one idea each, are joined by scripts.py; whoever mounts the
map (`umeta.ui.shared.map`, `umeta.widgets`, `umeta.browser.standalone`) adds where its files come from.
"""
