"""The System page: what this installation is and what it keeps."""
