"""The desktop and its own tools: data alone, in the notation that `application` explains."""

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.known.application import Application

SYSTEM: tuple[Application, ...] = (
    Application(
        "Settings",
        Kind.SETTINGS,
        titles="Settings|GNOME Settings|System Settings|Control Panel|GNOME Tweaks",
        bar=(
            "Settings|System Settings|System Preferences|Einstellungen|Systemeinstellungen|Paramètres|"
            "Réglages Système|Configuración|Ajustes del Sistema|Impostazioni di Sistema"
        ),
        cues=(
            "Find a setting|Bluetooth & devices|Network & internet|Privacy & security|Time & language|"
            "Windows Update|About your PC"
        ),
        labels=(
            "System|Bluetooth & devices|Network & internet|Personalization|Apps|Accounts|"
            "Time & language|Gaming|Accessibility|Privacy & security|Windows Update|Wi-Fi|Bluetooth|"
            "Displays|Sound|Power|Multitasking|Appearance|Notifications|Keyboard|Mouse & Touchpad|"
            "Printers|Region & Language|Date & Time|Users|About|Default Apps"
        ),
    ),
    Application(
        "Task Manager",
        Kind.SYSTEM,
        titles="Task-Manager|Gestionnaire des tâches|Administrador de tareas|Gestione attività",
        cues="Efficiency mode|Run new task",
        labels="Processes|Performance|App history|Startup apps|Users|Details|Services",
    ),
    Application(
        "System Monitor",
        Kind.SYSTEM,
        titles="System Monitor|Activity Monitor",
        bar="System Monitor|Activity Monitor",
        labels="Processes|Resources|File Systems",
    ),
    Application(
        "htop", Kind.SYSTEM, cues="F1Help F2Setup F3Search|F9Kill F10Quit|PID USER PRI NI VIRT RES SHR"
    ),
    Application(
        "Calculator",
        Kind.OTHER,
        bar="Calculator|Rechner|Calculette|Calculatrice|Calculadora|Calcolatrice",
        cues="There's no history yet|There's nothing saved in memory",
        labels="Standard|Scientific|Programmer|MC|MR|M+|M-|MS|CE|History|Memory|Date calculation",
    ),
    Application(
        "Clock",
        Kind.OTHER,
        titles="Clock|Clocks|Alarms & Clock",
        bar="Clocks",
        cues="Focus sessions",
        labels="Focus sessions|Timer|Alarm|Stopwatch|World clock|World|Alarms|Timers",
    ),
    Application("Weather", Kind.OTHER),
    Application("Maps", Kind.OTHER),
    Application(
        "Microsoft Store",
        Kind.SYSTEM,
        cues="Search apps, games, movies",
        labels="Library|Apps|Gaming|Arcade|Movies & TV",
    ),
    Application(
        "Software",
        Kind.SYSTEM,
        titles="Software|Ubuntu Software|App Center|Discover",
        bar="Software|App Center",
        labels="Explore|Installed|Updates",
    ),
    Application(
        "VirtualBox",
        Kind.SYSTEM,
        titles="Oracle VM VirtualBox|Oracle VM VirtualBox Manager|Oracle VirtualBox Manager",
    ),
    Application("Virtual Machine Manager", Kind.SYSTEM),
    Application("Steam", Kind.OTHER, labels="STORE|LIBRARY|COMMUNITY|FRIENDS & CHAT"),
    Application("KeePassXC", Kind.OTHER, menu="Database|Entries|Groups|Tools|View|Help"),
    Application("Bitwarden", Kind.OTHER, menu="File|Edit|View|Account|Window|Help"),
    Application(
        "Start menu",
        Kind.SYSTEM,
        cues="Type here to search|Search for apps, settings, and documents",
        labels="Pinned|Recommended|All apps",
    ),
)
