"""The app: the only part of umeta that knows Streamlit. Pages ask `state` for products and draw them."""
