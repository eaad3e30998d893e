; The setup: for the Windows user who starts it, or by an administrator for all users (/ALLUSERS in an elevated prompt).
; installer/build.py compiles it, and says what VERSION, NUMBERS, FOLDER, HERE, OUT, TARGET, PACKING and KILOBYTES are.
;
; /S asks nothing, /LANG=ru|ky|en chooses the language, /D=C:\folder (last, unquoted) the folder.
; Exit codes: 0 installed, 2 not this Windows, 3 no administrator, 4 the program is running, 5 not copied and put back.

Unicode true
Target ${TARGET}
!if "${PACKING}" == "quick"
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif
ManifestDPIAware true
ManifestSupportedOS all
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include x64.nsh

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Depter"
!define CLASSES "Software\Classes"

Name "Depter"
OutFile "${OUT}"
BrandingText "Depter ${VERSION}"
VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
VIAddVersionKey /LANG=0 "ProductName" "Depter"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileDescription" "Depter"
VIAddVersionKey /LANG=0 "LegalCopyright" "MIT"

!define MUI_ICON "${HERE}\depter.ico"
!define MUI_UNICON "${HERE}\depter.ico"
!define MUI_ABORTWARNING
!define MUI_LANGDLL_ALLLANGUAGES
!define MUI_FINISHPAGE_RUN "$INSTDIR\Depter.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Russian"
!insertmacro MUI_LANGUAGEEX "${HERE}\words" "Kyrgyz"
!insertmacro MUI_LANGUAGE "English"
!include "${HERE}\words\sentences.nsh"

Var Started ; what was there before is set aside, and has to be put back if the copying fails

!macro REFUSE SENTENCE CODE
  MessageBox MB_OK|MB_ICONSTOP "${SENTENCE}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend

; A running program's file cannot be opened for writing, whichever Windows user runs it.
!macro REFUSE_RUNNING FILE
  ${If} ${FileExists} "$INSTDIR\${FILE}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${FILE}" a
    ${If} ${Errors}
      !insertmacro REFUSE "$(Running)" 4
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

!macro CHOOSE_LANGUAGE
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/LANG=" $R1
  ${IfNot} ${Errors}
    ${Select} $R1
      ${Case} "en"
        StrCpy $LANGUAGE ${LANG_ENGLISH}
      ${Case} "ky"
        StrCpy $LANGUAGE ${LANG_KYRGYZ}
      ${CaseElse}
        StrCpy $LANGUAGE ${LANG_RUSSIAN}
    ${EndSelect}
  ${EndIf}
!macroend

!macro CHOOSE_USERS
  SetRegView 64
  SetShellVarContext current
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/ALLUSERS" $R1
  ${IfNot} ${Errors}
    UserInfo::GetAccountType
    Pop $R1
    ${If} $R1 != "Admin"
      !insertmacro REFUSE "$(NeedsAdministrator)" 3
    ${EndIf}
    SetShellVarContext all
  ${EndIf}
!macroend

Function .onInit
  !insertmacro CHOOSE_LANGUAGE
  ${IfNot} ${RunningX64}
    !insertmacro REFUSE "$(NeedsWindows)" 2
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} 17763
    !insertmacro REFUSE "$(NeedsWindows)" 2
  ${EndIf}
  !insertmacro CHOOSE_USERS
  StrCpy $Started ""
  ; A folder of /D= goes before that of an earlier installation, and that before the usual one.
  ${If} $INSTDIR == ""
    ReadRegStr $INSTDIR SHCTX "${KEY}" "InstallLocation"
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $R1 == "Admin"
      StrCpy $INSTDIR "$PROGRAMFILES64\Depter"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\Depter"
    ${EndIf}
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/LANG=" $R1
  ${If} ${Errors}
  ${AndIfNot} ${Silent}
    !insertmacro MUI_LANGDLL_DISPLAY
  ${EndIf}
FunctionEnd

!macro SET_ASIDE NAME
  ${If} ${FileExists} "$INSTDIR\${NAME}"
    Rename "$INSTDIR\${NAME}" "$INSTDIR\before\${NAME}"
  ${EndIf}
!macroend

!macro PUT_BACK NAME
  ${If} ${FileExists} "$INSTDIR\before\${NAME}"
    Rename "$INSTDIR\before\${NAME}" "$INSTDIR\${NAME}"
  ${EndIf}
!macroend

Section "Depter"
  !insertmacro REFUSE_RUNNING "Depter.exe"
  !insertmacro REFUSE_RUNNING "depter-command.exe"
  ; What a power cut left set aside is the last whole program.
  ${If} ${FileExists} "$INSTDIR\before\Depter.exe"
    Call PutBack
  ${EndIf}
  ClearErrors
  CreateDirectory "$INSTDIR\before"
  StrCpy $Started "yes"
  !insertmacro SET_ASIDE "program"
  !insertmacro SET_ASIDE "depter-command.exe"
  !insertmacro SET_ASIDE "Depter.exe"
  ${If} ${Errors}
    Call PutBack
    !insertmacro REFUSE "$(NotCopied)" 5
  ${EndIf}
  SetOverwrite try
  SetOutPath "$INSTDIR"
  File /r "${FOLDER}\*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  ${If} ${Errors}
    Call PutBack
    !insertmacro REFUSE "$(NotCopied)" 5
  ${EndIf}
  StrCpy $Started ""
  RMDir /r "$INSTDIR\before"

  CreateShortcut "$SMPROGRAMS\Depter.lnk" "$INSTDIR\Depter.exe"
  WriteRegStr SHCTX "${KEY}" "DisplayName" "Depter"
  WriteRegStr SHCTX "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${KEY}" "DisplayIcon" "$INSTDIR\Depter.exe"
  WriteRegStr SHCTX "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${KEY}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD SHCTX "${KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${KEY}" "NoRepair" 1
  WriteRegDWORD SHCTX "${KEY}" "Language" $LANGUAGE
  WriteRegStr SHCTX "${CLASSES}\.sealed" "" "Depter.sealed"
  WriteRegStr SHCTX "${CLASSES}\Depter.sealed" "" "$(SealedFile)"
  WriteRegStr SHCTX "${CLASSES}\Depter.sealed\DefaultIcon" "" "$INSTDIR\Depter.exe,0"
  ; The window opens; a hand-off is merged by a person who has looked at it, never by a double click.
  WriteRegStr SHCTX "${CLASSES}\Depter.sealed\shell\open\command" "" '"$INSTDIR\Depter.exe"'
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Function PutBack
  SetOutPath "$TEMP"
  ${If} ${FileExists} "$INSTDIR\before\program"
    RMDir /r "$INSTDIR\program"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\before\Depter.exe"
    Delete "$INSTDIR\Depter.exe"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\before\depter-command.exe"
    Delete "$INSTDIR\depter-command.exe"
  ${EndIf}
  !insertmacro PUT_BACK "program"
  !insertmacro PUT_BACK "depter-command.exe"
  !insertmacro PUT_BACK "Depter.exe"
  RMDir "$INSTDIR\before"
FunctionEnd

Function .onInstFailed
  ${If} $Started != ""
    Call PutBack
    SetErrorLevel 5
  ${EndIf}
FunctionEnd

Function un.onInit
  SetRegView 64
  SetShellVarContext current
  ReadRegStr $R2 HKCU "${KEY}" "InstallLocation"
  ${If} $R2 != $INSTDIR
    SetShellVarContext all
  ${EndIf}
  ReadRegDWORD $R3 SHCTX "${KEY}" "Language"
  ${If} $R3 != ""
    StrCpy $LANGUAGE $R3
  ${EndIf}
  !insertmacro CHOOSE_LANGUAGE
  !insertmacro REFUSE_RUNNING "Depter.exe"
  !insertmacro REFUSE_RUNNING "depter-command.exe"
FunctionEnd

Section "Uninstall"
  ; Only what the setup brought: somebody may have chosen a folder with other things in it.
  RMDir /r "$INSTDIR\program"
  RMDir /r "$INSTDIR\before"
  Delete "$INSTDIR\Depter.exe"
  Delete "$INSTDIR\depter-command.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Depter.lnk"
  DeleteRegKey SHCTX "${KEY}"
  DeleteRegKey SHCTX "${CLASSES}\Depter.sealed"
  ReadRegStr $0 SHCTX "${CLASSES}\.sealed" ""
  ${If} $0 == "Depter.sealed"
    DeleteRegKey SHCTX "${CLASSES}\.sealed"
  ${EndIf}
  SetShellVarContext all
  StrCpy $1 "$APPDATA\Depter"
  ${If} ${FileExists} "$1\*.*"
    DetailPrint "$(DataKept)"
    MessageBox MB_OK|MB_ICONINFORMATION "$(DataKept)" /SD IDOK
  ${EndIf}
SectionEnd
