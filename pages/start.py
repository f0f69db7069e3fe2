"""start"""
import streamlit as st
st.title("start")
