"""Buildings, parts, circuits and maps: data alone, in the notation that `application` explains."""

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.known.application import Application

DRAFTING: tuple[Application, ...] = (
    Application(
        "AutoCAD",
        Kind.DESIGN,
        titles=(
            "Autodesk AutoCAD|AutoCAD LT|Autodesk AutoCAD LT|AutoCAD Architecture|"
            "Autodesk AutoCAD Architecture|AutoCAD Electrical|Autodesk AutoCAD Electrical|"
            "AutoCAD Mechanical|Autodesk AutoCAD Mechanical|Autodesk AutoCAD MEP|"
            "Autodesk AutoCAD Map 3D|Autodesk AutoCAD Plant 3D"
        ),
    ),
    Application("Civil 3D", Kind.DESIGN, titles="Autodesk Civil 3D|Autodesk AutoCAD Civil 3D"),
    Application("Revit", Kind.DESIGN, titles="Autodesk Revit|Autodesk Revit LT|Autodesk Revit Architecture"),
    Application(
        "Navisworks",
        Kind.DESIGN,
        titles=(
            "Autodesk Navisworks Manage|Autodesk Navisworks Simulate|Autodesk Navisworks Freedom|"
            "Navisworks Manage"
        ),
    ),
    Application(
        "Autodesk Inventor",
        Kind.DESIGN,
        titles="Autodesk Inventor Professional|Autodesk Inventor LT|Inventor Professional",
    ),
    Application(
        "Autodesk Fusion",
        Kind.DESIGN,
        titles="Autodesk Fusion 360|Fusion 360",
        bar="Fusion 360|Autodesk Fusion",
    ),
    Application("Archicad", Kind.DESIGN, titles="Graphisoft Archicad|Archicad Solo|Archicad Student"),
    Application("Allplan", Kind.DESIGN, titles="Nemetschek Allplan"),
    Application(
        "Vectorworks",
        Kind.DESIGN,
        titles=(
            "Vectorworks Architect|Vectorworks Landmark|Vectorworks Spotlight|Vectorworks Designer|"
            "Vectorworks Fundamentals|Vectorworks Design Suite"
        ),
    ),
    Application("SketchUp", Kind.DESIGN, titles="SketchUp Pro|SketchUp Make|SketchUp Studio"),
    Application(
        "Rhinoceros 3D",
        Kind.DESIGN,
        titles=(
            "Rhino 6|Rhino 7|Rhino 8|Rhino 8 Commercial|Rhino 8 Educational|Rhino 8 Evaluation|"
            "Rhinoceros 7 Corporate|Rhinoceros 7 Commercial|Rhinoceros 7 Educational|"
            "Rhinoceros 8 Corporate"
        ),
        bar="Rhino 7|Rhino 8|RhinoWIP",
    ),
    Application("Tekla Structures", Kind.DESIGN),
    Application("MicroStation", Kind.DESIGN, titles="MicroStation CONNECT Edition|Bentley MicroStation"),
    Application("OpenRoads Designer", Kind.DESIGN, titles="OpenRoads Designer CONNECT Edition"),
    Application(
        "SOLIDWORKS",
        Kind.DESIGN,
        titles=(
            "SOLIDWORKS Premium|SOLIDWORKS Professional|SOLIDWORKS Standard|"
            "SOLIDWORKS Education Edition|SOLIDWORKS Student Edition|SOLIDWORKS Connected"
        ),
    ),
    Application(
        "eDrawings",
        Kind.DOCUMENT_VIEWER,
        titles="eDrawings Professional|eDrawings Viewer|SOLIDWORKS eDrawings",
    ),
    Application("CATIA", Kind.DESIGN, titles="CATIA V5|CATIA V6|CATIA V5-6R2020|CATIA V5-6R2022"),
    Application(
        "Creo Parametric",
        Kind.DESIGN,
        titles="PTC Creo Parametric|PTC Creo|Creo Elements/Direct Modeling",
    ),
    Application("Solid Edge", Kind.DESIGN, titles="Siemens Solid Edge"),
    Application("Siemens NX", Kind.DESIGN),
    Application("FreeCAD", Kind.DESIGN),
    Application(
        "BricsCAD",
        Kind.DESIGN,
        titles=(
            "BricsCAD Pro|BricsCAD Lite|BricsCAD BIM|BricsCAD Shape|BricsCAD Mechanical|BricsCAD Ultimate"
        ),
    ),
    Application("DraftSight", Kind.DESIGN, titles="DraftSight Professional|DraftSight Premium"),
    Application("ZWCAD", Kind.DESIGN),
    Application("GstarCAD", Kind.DESIGN, titles="GstarCAD Professional"),
    Application("nanoCAD", Kind.DESIGN, titles="nanoCAD Plus|nanoCAD Free"),
    Application("LibreCAD", Kind.DESIGN),
    Application("QCAD", Kind.DESIGN, titles="QCAD Professional|QCAD Community Edition"),
    Application("DWG TrueView", Kind.DOCUMENT_VIEWER, titles="Autodesk DWG TrueView"),
    Application("Solibri", Kind.DESIGN, titles="Solibri Office|Solibri Anywhere|Solibri Model Checker"),
    Application("BIMcollab Zoom", Kind.DESIGN),
    Application("Lumion", Kind.DESIGN, titles="Lumion Pro|Lumion Standard|Lumion Student"),
    Application("Twinmotion", Kind.DESIGN),
    Application("Chief Architect Premier", Kind.DESIGN, titles="Chief Architect Interiors"),
    Application(
        "ORCA AVA",
        Kind.OTHER,
        titles="ORCA AVA Professional Edition|ORCA AVA Enterprise Edition|ORCA AVA Starter Edition",
    ),
    Application("RIB iTWO", Kind.OTHER),
    Application(
        "Robot Structural Analysis",
        Kind.DESIGN,
        titles="Autodesk Robot Structural Analysis Professional|Robot Structural Analysis Professional",
    ),
    Application("ETABS", Kind.DESIGN, titles="ETABS Ultimate|ETABS Nonlinear|ETABS Plus"),
    Application("SAP2000", Kind.DESIGN, titles="SAP2000 Ultimate|SAP2000 Advanced"),
    Application("STAAD.Pro", Kind.DESIGN, titles="STAAD.Pro CONNECT Edition|Bentley STAAD.Pro"),
    Application("Dlubal RFEM", Kind.DESIGN, titles="RFEM"),
    Application(
        "Ansys Workbench",
        Kind.DESIGN,
        titles="Ansys Mechanical|Ansys Fluent|Ansys SpaceClaim|Ansys Discovery",
        form=r"^(?P<document>.{1,120}?) - (?:Mechanical|DesignModeler|Meshing) \[Ansys\b",
    ),
    Application("Abaqus/CAE", Kind.DESIGN),
    Application("COMSOL Multiphysics", Kind.DESIGN),
    Application("HyperMesh", Kind.DESIGN, titles="Altair HyperMesh|Altair HyperWorks|Altair HyperView"),
    Application("Simcenter STAR-CCM+", Kind.DESIGN, titles="STAR-CCM+"),
    Application("Mastercam", Kind.DESIGN, titles="Mastercam Mill|Mastercam Lathe|Mastercam Design"),
    Application("UltiMaker Cura", Kind.DESIGN, titles="Ultimaker Cura"),
    Application("PrusaSlicer", Kind.DESIGN, titles="PrusaSlicer 2.7.1 based on Slic3r"),
    Application("Bambu Studio", Kind.DESIGN, titles="BambuStudio"),
    Application("OrcaSlicer", Kind.DESIGN),
    Application("LightBurn", Kind.DESIGN),
    Application("OpenSCAD", Kind.DESIGN),
    Application("QGIS", Kind.DESIGN, titles="QGIS Desktop"),
    Application("ArcGIS Pro", Kind.DESIGN, titles="ESRI ArcGIS Pro"),
    Application("ArcMap", Kind.DESIGN, titles="ArcCatalog|ArcScene"),
    Application("MapInfo Pro", Kind.DESIGN, titles="MapInfo Professional"),
    Application("Global Mapper", Kind.DESIGN, titles="Global Mapper Pro"),
    Application("Google Earth Pro", Kind.DESIGN, titles="Google Earth"),
    Application(
        "KiCad",
        Kind.DESIGN,
        titles="PCB Editor|Schematic Editor|KiCad PCB Editor|KiCad Schematic Editor",
    ),
    Application("Altium Designer", Kind.DESIGN),
    Application("Autodesk EAGLE", Kind.DESIGN),
    Application(
        "OrCAD Capture",
        Kind.DESIGN,
        titles="OrCAD Capture CIS|Allegro PCB Designer|OrCAD PCB Designer|OrCAD PSpice",
    ),
    Application("LTspice", Kind.DESIGN, titles="LTspice XVII"),
    Application("Multisim", Kind.DESIGN, titles="NI Multisim"),
    Application("EasyEDA", Kind.DESIGN, titles="EasyEDA Pro"),
    Application("EPLAN Electric P8", Kind.DESIGN, titles="EPLAN Pro Panel|EPLAN Preplanning"),
    Application("Fritzing", Kind.DESIGN),
    Application(
        "TIA Portal",
        Kind.CODE_EDITOR,
        titles="SIMATIC Manager|Siemens TIA Portal|STEP 7-MicroWIN SMART",
    ),
    Application("CODESYS", Kind.CODE_EDITOR, titles="CODESYS V3.5"),
    Application("TwinCAT XAE", Kind.CODE_EDITOR, titles="TcXaeShell"),
    Application(
        "LabVIEW",
        Kind.CODE_EDITOR,
        form=r"^(?P<document>.{1,120}?\.vi) (?:Front Panel|Block Diagram)\b",
    ),
    Application("Vivado", Kind.CODE_EDITOR),
    Application(
        "Quartus Prime",
        Kind.CODE_EDITOR,
        titles="Quartus Prime Lite Edition|Quartus Prime Standard Edition|Quartus Prime Pro Edition",
    ),
    Application("Cisco Packet Tracer", Kind.DESIGN),
)
