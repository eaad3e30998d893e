; The words of Modern UI's pages in Kyrgyz, of those pages only that the setup shows. A fluent speaker has yet to review them.
!insertmacro LANGFILE "Kyrgyz" = "Кыргызча" "Kyrgyzcha"

!ifdef MUI_DIRECTORYPAGE
  ${LangFileString} MUI_TEXT_DIRECTORY_TITLE "Орнотуу папкасын тандоо"
  ${LangFileString} MUI_TEXT_DIRECTORY_SUBTITLE "$(^NameDA) орнотула турган папканы тандаңыз."
!endif
!ifdef MUI_INSTFILESPAGE
  ${LangFileString} MUI_TEXT_INSTALLING_TITLE "Файлдарды көчүрүү"
  ${LangFileString} MUI_TEXT_INSTALLING_SUBTITLE "Күтө туруңуз, $(^NameDA) файлдары көчүрүлүүдө..."
  ${LangFileString} MUI_TEXT_FINISH_TITLE "Орнотуу аяктады"
  ${LangFileString} MUI_TEXT_FINISH_SUBTITLE "Программа ийгиликтүү орнотулду."
  ${LangFileString} MUI_TEXT_ABORT_TITLE "Орнотуу үзүлдү"
  ${LangFileString} MUI_TEXT_ABORT_SUBTITLE "Орнотуу аягына чыккан жок."
!endif
!ifdef MUI_UNINSTFILESPAGE
  ${LangFileString} MUI_UNTEXT_UNINSTALLING_TITLE "Өчүрүү"
  ${LangFileString} MUI_UNTEXT_UNINSTALLING_SUBTITLE "Күтө туруңуз, $(^NameDA) файлдары өчүрүлүүдө..."
  ${LangFileString} MUI_UNTEXT_FINISH_TITLE "Өчүрүү аяктады"
  ${LangFileString} MUI_UNTEXT_FINISH_SUBTITLE "Программа ийгиликтүү өчүрүлдү."
  ${LangFileString} MUI_UNTEXT_ABORT_TITLE "Өчүрүү үзүлдү"
  ${LangFileString} MUI_UNTEXT_ABORT_SUBTITLE "Өчүрүү аягына чыккан жок."
!endif
!ifdef MUI_FINISHPAGE
  ${LangFileString} MUI_TEXT_FINISH_INFO_TITLE "$(^NameDA) орнотулду"
  ${LangFileString} MUI_TEXT_FINISH_INFO_TEXT "$(^NameDA) бул компьютерге орнотулду.$\r$\n$\r$\nОрнотуу программасын жабуу үчүн «Даяр» баскычын басыңыз."
  ${LangFileString} MUI_TEXT_FINISH_INFO_REBOOT "Орнотууну аяктоо үчүн компьютерди кайра жүктөө керек. Азыр кайра жүктөйсүзбү?"
  ${LangFileString} MUI_TEXT_FINISH_REBOOTNOW "Ооба, азыр кайра жүктөө"
  ${LangFileString} MUI_TEXT_FINISH_REBOOTLATER "Жок, кийин өзүм кайра жүктөйм"
  ${LangFileString} MUI_TEXT_FINISH_RUN "$(^NameDA) &ачуу"
  ${LangFileString} MUI_TEXT_FINISH_SHOWREADME "ReadMe файлын &көрсөтүү"
  ${LangFileString} MUI_BUTTONTEXT_FINISH "&Даяр"
!endif
!ifdef MUI_UNCONFIRMPAGE
  ${LangFileString} MUI_UNTEXT_CONFIRM_TITLE "$(^NameDA) өчүрүү"
  ${LangFileString} MUI_UNTEXT_CONFIRM_SUBTITLE "$(^NameDA) бул компьютерден өчүрүлөт."
!endif
!ifdef MUI_ABORTWARNING
  ${LangFileString} MUI_TEXT_ABORTWARNING "$(^Name) орнотууну чындап токтотосузбу?"
!endif
