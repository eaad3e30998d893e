"""Write what Windows shows of the program's version, from the number in the program."""

from desktop import __version__

# Layout of a version resource: Microsoft, VERSIONINFO; 0419 is Russian, 04B0 is Unicode.
RESOURCE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004, fileType=0x1, subtype=0x0),
  kids=[
    StringFileInfo([StringTable('041904B0', [
      StringStruct('CompanyName', 'Depter'), StringStruct('FileDescription', 'Depter'),
      StringStruct('FileVersion', '{version}'), StringStruct('InternalName', 'Depter'),
      StringStruct('LegalCopyright', 'MIT'), StringStruct('OriginalFilename', 'Depter.exe'),
      StringStruct('ProductName', 'Depter'), StringStruct('ProductVersion', '{version}')])]),
    VarFileInfo([VarStruct('Translation', [0x0419, 1200])])
  ]
)
"""


def numbers() -> tuple[int, int, int, int]:
    """Give the version as the four numbers that Windows compares."""
    found = [int(part) for part in __version__.split(".")]
    first, second, third, fourth = [*found, 0, 0, 0, 0][:4]
    return first, second, third, fourth


def resource() -> str:
    """Give the version resource of the program."""
    return RESOURCE.format(numbers=numbers(), version=__version__)
