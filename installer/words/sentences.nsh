; What the setup says of its own.
!macro SENTENCE NAME EN RU KY
  LangString ${NAME} ${LANG_ENGLISH} "${EN}"
  LangString ${NAME} ${LANG_RUSSIAN} "${RU}"
  LangString ${NAME} ${LANG_KYRGYZ} "${KY}"
!macroend

!insertmacro SENTENCE NeedsWindows \
  "Depter needs 64-bit Windows 10 of version 1809 (build 17763) or newer. Nothing was installed." \
  "Для Depter нужна 64-разрядная Windows 10 версии 1809 (сборка 17763) или новее. Ничего не установлено." \
  "Depter үчүн 64 разряддуу Windows 10, 1809 версиясы (17763 курамы) же андан жаңысы керек. Эч нерсе орнотулган жок."
!insertmacro SENTENCE NeedsAdministrator \
  "Only an administrator can install Depter for all users. Start the setup as administrator, or without /ALLUSERS." \
  "Установить Depter для всех пользователей может только администратор. Запустите установку от имени администратора или без /ALLUSERS." \
  "Depter программасын бардык колдонуучуларга администратор гана орното алат. Орнотууну администратор катары же /ALLUSERS жок иштетиңиз."
!insertmacro SENTENCE Running \
  "Depter is running. Close it for every user of this computer, then start this again. Nothing was changed." \
  "Depter сейчас работает. Закройте его у всех пользователей этого компьютера и повторите. Ничего не изменено." \
  "Depter азыр иштеп жатат. Аны бул компьютердин бардык колдонуучуларында жаап, кайра аракет кылыңыз. Эч нерсе өзгөргөн жок."
!insertmacro SENTENCE NotCopied \
  "Depter could not be copied: the disk may be full, or the folder may not be written to. What was there before is put back." \
  "Не удалось скопировать Depter: возможно, диск заполнен или в папку нельзя записывать. Прежняя версия возвращена." \
  "Depter көчүрүлгөн жок: диск толгон же папкага жазууга болбойт окшойт. Мурунку версия калыбына келтирилди."
!insertmacro SENTENCE DataKept \
  "The program is removed. The records stay where they are: $1$\r$\nDelete that folder yourself only when nobody needs them any more." \
  "Программа удалена. Записи остались на месте: $1$\r$\nУдаляйте эту папку, только если они больше никому не нужны." \
  "Программа өчүрүлдү. Жазуулар ордунда калды: $1$\r$\nАл папканы жазуулар эч кимге керек болбой калганда гана өчүрүңүз."
!insertmacro SENTENCE SealedFile \
  "Sealed file of Depter" \
  "Запечатанный файл Depter" \
  "Depter программасынын мөөрлөнгөн файлы"
