@echo off
rem Makes the release on Windows: see installer\build.py.
cd /d "%~dp0.."
py -3.13 -m venv build\freezing && build\freezing\Scripts\python -m pip install -q --require-hashes --only-binary :all: -r installer\requirements-build.txt
if not errorlevel 1 build\freezing\Scripts\python -m installer.build %*
