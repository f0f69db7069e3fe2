"""partitions"""
import streamlit as st
st.title("partitions")
