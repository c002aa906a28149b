py -3 -m venv "%~dp0.venv"
"%~dp0.venv\Scripts\python" -m pip install --no-index --find-links "%~dp0wheels" --require-hashes -r "%~dp0requirements.txt" & pause
