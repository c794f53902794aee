"""The notebooks and what they call: executed on made-up people, and opened in a real JupyterLab."""
