<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>DataDialog</name>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FairRaceWindow</name>
    <message numerus="yes">
        <source>%n racer(s)</source>
        <translation>
            <numerusform>%n racer</numerusform>
            <numerusform>%n racers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FilmDialog</name>
    <message numerus="yes">
        <source>%Ln frames</source>
        <translation>
            <numerusform>%Ln frame</numerusform>
            <numerusform>%Ln frames</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LearningWords</name>
    <message numerus="yes">
        <source>%n example(s)</source>
        <translation>
            <numerusform>%n example</numerusform>
            <numerusform>%n examples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n input(s)</source>
        <translation>
            <numerusform>%n input</numerusform>
            <numerusform>%n inputs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n class(es)</source>
        <translation>
            <numerusform>%n class</numerusform>
            <numerusform>%n classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n parameter(s)</source>
        <translation>
            <numerusform>%n parameter</numerusform>
            <numerusform>%n parameters</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MapWindow</name>
    <message numerus="yes">
        <source>%n descent(s)</source>
        <translation>
            <numerusform>%n descent</numerusform>
            <numerusform>%n descents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PinnedView</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SharesWindow</name>
    <message numerus="yes">
        <source>%n descent(s)</source>
        <translation>
            <numerusform>%n descent</numerusform>
            <numerusform>%n descents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SweepWindow</name>
    <message numerus="yes">
        <source>%n descent(s)</source>
        <translation>
            <numerusform>%n descent</numerusform>
            <numerusform>%n descents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TableColumns</name>
    <message numerus="yes">
        <source>%n missing</source>
        <translation>
            <numerusform>%n missing</numerusform>
            <numerusform>%n missing</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TableDialog</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TournamentWindow</name>
    <message numerus="yes">
        <source>%n descent(s)</source>
        <translation>
            <numerusform>%n descent</numerusform>
            <numerusform>%n descents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TuningWindow</name>
    <message numerus="yes">
        <source>%n candidate(s)</source>
        <translation>
            <numerusform>%n candidate</numerusform>
            <numerusform>%n candidates</numerusform>
        </translation>
    </message>
</context>
</TS>
