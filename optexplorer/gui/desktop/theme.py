"""The colours, shapes and fonts of widgets in each theme: palette and style sheet."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from optexplorer.gui.desktop.icons import icon_file
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.painting.style import font_families
from optexplorer.scene.palette import Theme

TEXT_SIZE = 13

# Sizes are multiples of 4 pixels. A focused control has a border of 2 pixels, taken from its padding, so that nothing
# moves.
_SHEET = """
QMainWindow, QDialog {{ background: {window}; }}
QToolTip {{ background: {panel}; color: {text}; border: 1px solid {border}; padding: 4px 8px; }}

QLabel {{ background: transparent; }}
QLabel#sectionTitle {{ font-size: 14px; font-weight: 600; }}
QLabel#subtitle, QLabel#viewTitle {{ font-weight: 600; color: {muted}; }}
QLabel#hint, QLabel#lesson, QLabel#symbol {{ color: {muted}; }}
QLabel#status {{ color: {muted}; font-size: 12px; }}
QLabel#status[diverged="true"] {{ color: {danger}; }}
QLabel#error {{ color: {danger}; font-size: 12px; }}
QLabel#differences {{ background: {canvas}; padding: 2px 12px 6px 12px; }}
QWidget#multiples {{ background: {canvas}; }}
QPushButton#multiple {{ border: none; background: transparent; padding: 1px; font-weight: 600; }}
QPushButton#multiple:hover {{ color: {accent}; }}
QPlainTextEdit#transcript {{ background: {canvas}; color: {text}; border: none; padding: 4px 8px; font-size: 12px; }}
QLabel#sceneTitle {{ font-size: 18px; font-weight: 600; }}
QLabel#verdict {{ font-weight: 600; color: {accent}; }}
QLabel#keyCap {{
    background: {field}; border: 1px solid {border}; border-radius: 4px; padding: 1px 8px; font-size: 12px;
    font-weight: 600;
}}

QWidget#viewFrame {{ background: {canvas}; }}
QScrollArea#anatomyScroll, QScrollArea#anatomyScroll > QWidget > QWidget {{ background: {canvas}; border: none; }}
QToolButton#anatomyRacer {{ font-weight: 600; padding: 3px 6px; }}
QWidget#transport {{ background: {panel}; border-top: 1px solid {border}; border-bottom: 1px solid {border}; }}
QScrollArea#controlPanel, QWidget#controlPanelBody {{ background: {window}; border: none; }}
QFrame#lessonPanel, QScrollArea#lessonScroll, QWidget#lessonBody {{ background: {panel}; border: none; }}
QTextBrowser#narration, QTextBrowser#question {{ background: transparent; color: {text}; border: none; }}
QPushButton#answer {{ padding: 0; }}
QPushButton#answer[mark="right"] {{ border: 2px solid {accent}; }}
QPushButton#answer[mark="wrong"] {{ border: 2px solid {danger}; }}
QLabel#sceneTitle[presented="true"] {{ font-size: 28px; }}
QLabel#verdict[presented="true"] {{ font-size: 20px; }}
QWidget#speaker {{ background: {window}; }}
QLabel#clock {{ font-size: 28px; font-weight: 600; }}
QFrame#card {{ background: {panel}; border: 1px solid {border}; border-radius: 6px; }}
QFrame#card[dimmed="true"] {{ background: {window}; }}

QFrame#notice {{ background: {panel}; border: none; border-bottom: 1px solid {border}; }}
QFrame#notice[kind="error"] {{ background: {danger_ground}; }}
QFrame#notice[kind="offer"], QFrame#notice[kind="done"] {{ background: {selected}; }}

QSplitter::handle {{ background: {border}; }}
QSplitter::handle:horizontal {{ width: 1px; margin: 0 2px; }}
QSplitter::handle:vertical {{ height: 1px; margin: 2px 0; }}
QSplitter::handle:hover {{ background: {accent}; }}

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {{
    background: {field}; color: {text}; border: 1px solid {border}; border-radius: 4px; padding: 2px 6px;
    min-height: 20px; selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover {{ border-color: {muted}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QComboBox:on {{
    border: 2px solid {accent}; padding: 1px 5px;
}}
QLineEdit[invalid="true"] {{ border: 2px solid {danger}; padding: 1px 5px; }}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {{
    color: {muted}; background: {window}; border-color: {border};
}}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{
    width: 18px; border: none; background: transparent;
}}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url({up}); width: 12px; height: 12px; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: url({down}); width: 12px; height: 12px; }}
QComboBox {{ combobox-popup: 0; padding-right: 2px; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox#chartChoice {{ min-height: 16px; padding-top: 0; padding-bottom: 0; font-size: 12px; }}
QComboBox::down-arrow {{ image: url({down}); width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{
    background: {panel}; color: {text}; border: 1px solid {border}; outline: none; padding: 4px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QComboBox QAbstractItemView::item {{ min-height: 24px; padding: 0 8px; }}
QComboBox QAbstractItemView::item:disabled {{ color: {muted}; }}

QPushButton {{
    background: {field}; color: {text}; border: 1px solid {border}; border-radius: 4px; padding: 3px 15px;
    min-height: 20px;
}}
QPushButton:hover {{ border-color: {muted}; }}
QPushButton:pressed {{ background: {hover}; }}
QPushButton:disabled {{ color: {muted}; background: {window}; }}
QPushButton:default {{ background: {accent}; color: {on_accent}; border-color: {accent}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 2px 14px; }}
QPushButton:default:focus {{ border-color: {text}; }}
QPushButton:default:disabled {{ color: {muted}; background: {window}; border-color: {border}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPlainTextEdit {{
    background: {field}; color: {text}; border: 1px solid {border}; border-radius: 4px; padding: 1px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QPlainTextEdit:focus {{ border: 2px solid {accent}; padding: 0; }}
QPlainTextEdit[invalid="true"] {{ border-color: {danger}; }}

QToolButton {{
    background: transparent; color: {text}; border: 2px solid transparent; border-radius: 4px; padding: 2px;
}}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed {{ background: {border}; }}
QToolButton:checked {{ background: {selected}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:disabled {{ color: {muted}; background: transparent; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton#quiet {{ padding: 2px 8px 2px 4px; color: {accent}; }}
QToolButton#slim {{ padding: 2px 4px 2px 2px; color: {accent}; }}
QToolButton#quiet:disabled, QToolButton#slim:disabled {{ color: {muted}; }}
QToolButton#stepper {{ border: none; padding: 0; border-radius: 2px; }}
QFrame#card > QToolButton {{ padding: 1px; }}
QToolButton#partTag {{ background: {panel}; border: 1px solid {border}; border-radius: 4px; padding: 0; }}
QToolButton#play {{ background: {accent}; border-radius: 16px; min-width: 28px; min-height: 28px; padding: 0; }}
QToolButton#play:hover {{ background: {accent_hover}; }}
QToolButton#play:focus {{ border-color: {text}; }}
QToolButton[segment] {{
    background: {field}; border: 1px solid {border}; border-radius: 0; padding: 2px 10px; min-height: 20px;
    border-right: none;
}}
QToolButton[segment="first"] {{ border-top-left-radius: 4px; border-bottom-left-radius: 4px; }}
QToolButton[segment="last"] {{
    border-top-right-radius: 4px; border-bottom-right-radius: 4px; border-right: 1px solid {border};
}}
QToolButton[segment]:hover {{ background: {hover}; }}
QToolButton[segment]:checked {{ background: {selected}; color: {text}; border-color: {accent}; font-weight: 600;
    border-right: 1px solid {accent}; }}
QToolButton[segment]:focus {{ border: 2px solid {accent}; padding: 1px 9px; }}
QWidget#viewFrame QToolButton[segment] {{ padding: 0 5px; min-height: 18px; font-size: 12px; }}
QWidget#viewFrame QToolButton[segment]:focus {{ padding: 0 4px; min-height: 16px; }}

QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{
    width: 14px; height: 14px; border: 1px solid {muted}; border-radius: 4px; background: {field};
}}
QCheckBox::indicator:hover {{ border-color: {text}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url({check}); }}
QCheckBox::indicator:focus {{ border: 2px solid {text}; width: 12px; height: 12px; }}
QCheckBox::indicator:disabled {{ border-color: {border}; background: {window}; }}
QCheckBox::indicator:checked:disabled {{ border-color: {groove}; background: {groove}; image: url({faint_check}); }}

QSlider {{ background: transparent; min-height: 20px; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {groove}; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{
    background: {panel}; border: 2px solid {accent}; width: 10px; height: 10px; margin: -5px 0; border-radius: 7px;
}}
QSlider::handle:horizontal:hover {{ background: {selected}; }}
QSlider::handle:horizontal:pressed {{ background: {accent}; }}
QSlider::handle:horizontal:focus {{ background: {accent}; border-color: {text}; }}
QSlider::sub-page:horizontal:disabled {{ background: {groove}; }}
QSlider::handle:horizontal:disabled {{ border-color: {groove}; }}

QScrollArea#gallery, QWidget#galleryPage {{ background: {window}; border: none; }}
QPushButton#galleryCard {{
    background: {panel}; border: 1px solid {border}; border-radius: 8px; padding: 0; text-align: left;
}}
QPushButton#galleryCard:hover {{ border: 1px solid {accent}; background: {hover}; }}
QPushButton#galleryCard:focus {{ border: 2px solid {accent}; }}
QLabel#galleryPicture {{ background: {canvas}; border-radius: 4px; }}
QLabel#galleryTitle {{ font-weight: 600; }}

QProgressBar {{
    background: {field}; color: {text}; border: 1px solid {border}; border-radius: 4px; text-align: center;
    min-height: 20px;
}}
QProgressBar::chunk {{ background: {selected}; border-radius: 3px; }}

QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {groove}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent; border: none; width: 0; height: 0;
}}

QMenuBar {{ background: {panel}; color: {text}; border-bottom: 1px solid {border}; padding: 1px 4px; }}
QMenuBar::item {{ background: transparent; padding: 4px 8px; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenu {{ background: {panel}; color: {text}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 4px 24px 4px 8px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {muted}; background: transparent; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 8px; }}

QListWidget {{
    background: {field}; border: 1px solid {border}; border-radius: 4px; padding: 3px; outline: none;
}}
QListWidget:focus {{ border: 2px solid {accent}; padding: 2px; }}
QListWidget::item {{ padding: 2px 6px; border-radius: 4px; color: {text}; }}
QListWidget::item:hover {{ background: {hover}; }}
QListWidget::item:selected {{ background: {selected}; }}
QListWidget::indicator {{
    width: 14px; height: 14px; border: 1px solid {muted}; border-radius: 4px; background: {field};
}}
QListWidget::indicator:checked {{ background: {accent}; border-color: {accent}; image: url({check}); }}
QListWidget::indicator:disabled {{ border-color: {border}; background: {window}; }}

QTableView {{ background: {canvas}; border: none; gridline-color: {grid}; }}
QTableView::item {{ padding: 0 6px; border: none; }}
QTableView:focus {{ border: 2px solid {accent}; }}
QHeaderView {{ background: {canvas}; border: none; }}
QHeaderView::section {{
    background: {canvas}; color: {muted}; border: none; border-bottom: 1px solid {border}; padding: 0 6px;
    font-weight: 600; font-size: 12px;
}}
"""


def prepare(application: QApplication) -> None:
    """Give the application the shapes and the font that all themes share."""
    application.setStyle(QStyleFactory.create("Fusion"))
    font = QFont()
    font.setFamilies(font_families())
    font.setPixelSize(TEXT_SIZE)
    application.setFont(font)


def apply(application: QApplication, window: QWidget, theme: Theme) -> None:
    """Give `window`, with all its dialogs, the colours of `theme`.

    The style sheet is the window's: Qt takes four times as long to replace one of the application.
    """
    application.setPalette(palette(theme))
    window.setStyleSheet(stylesheet(theme))
    for widget in application.allWidgets():
        if isinstance(widget, Retranslating):
            widget.restyle()


def stylesheet(theme: Theme) -> str:
    """Return the style sheet of `theme`."""
    return _SHEET.format(
        **{name: getattr(theme, name) for name in theme.__dataclass_fields__},
        hover=mixed(theme.panel, theme.text, 0.08),
        selected=mixed(theme.panel, theme.accent, 0.18),
        danger_ground=mixed(theme.panel, theme.danger, 0.12),
        groove=mixed(theme.panel, theme.text, 0.24),
        accent_hover=mixed(theme.accent, theme.text, 0.15),
        up=icon_file("mdi6.chevron-up", theme.muted),
        down=icon_file("mdi6.chevron-down", theme.muted),
        check=icon_file("mdi6.check-bold", theme.on_accent),
        faint_check=icon_file("mdi6.check-bold", theme.muted),
    )


def mixed(first: str, second: str, share: float) -> str:
    """Return a colour between two `#rrggbb`: `share` of the second, the rest of the first."""
    pairs = ((int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def palette(theme: Theme) -> QPalette:
    """Return the palette of `theme`, for what the style sheet does not reach."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: theme.window,
        roles.Base: theme.field,
        roles.AlternateBase: theme.panel,
        roles.Button: theme.panel,
        roles.ToolTipBase: theme.panel,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.on_accent,
        roles.Link: theme.accent,
        roles.PlaceholderText: theme.muted,
        roles.Mid: theme.border,
        roles.BrightText: theme.danger,
        roles.WindowText: theme.text,
        roles.Text: theme.text,
        roles.ButtonText: theme.text,
        roles.ToolTipText: theme.text,
    }
    result = QPalette()
    for role, colour in colours.items():
        result.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return result
