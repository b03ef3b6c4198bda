//! An invented schema for tests.

use super::csdl::Csdl;

pub(super) const XML: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="microsoft.graph" Alias="graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <TypeDefinition Name="level" UnderlyingType="Edm.Byte" />
  <EnumType Name="colour" IsFlags="true"><Member Name="red" Value="1" /><Member Name="blue" Value="2" /></EnumType>
  <EntityType Name="entity" Abstract="true">
    <Key><PropertyRef Name="id" /></Key>
    <Property Name="id" Type="Edm.String" Nullable="false" />
  </EntityType>
  <EntityType Name="device" BaseType="graph.entity"><Property Name="label" Type="Edm.String" /></EntityType>
  <EntityType Name="lamp" BaseType="graph.device" OpenType="true" HasStream="true">
    <Property Name="level" Type="graph.level" />
    <Property Name="colours" Type="Collection(graph.colour)" />
    <Property Name="place" Type="graph.spot" />
    <Property Name="picture" Type="Edm.Stream" />
    <Property Name="mode" Type="Edm.String" />
    <NavigationProperty Name="twin" Type="graph.lamp" />
  </EntityType>
  <EntityType Name="fan" BaseType="graph.device"><Property Name="speed" Type="Edm.Int32" /><Property Name="mode" Type="Edm.Int32" /></EntityType>
  <EntityType Name="room" BaseType="graph.entity">
    <NavigationProperty Name="lamps" Type="Collection(graph.lamp)" ContainsTarget="true" />
    <NavigationProperty Name="devices" Type="Collection(graph.device)" />
    <NavigationProperty Name="scenes" Type="Collection(microsoft.graph.shows.scene)" ContainsTarget="true" />
  </EntityType>
  <ComplexType Name="spot"><Property Name="x" Type="Edm.Double" /></ComplexType>
  <Action Name="blink" IsBound="true">
    <Parameter Name="bindingParameter" Type="graph.lamp" />
    <Parameter Name="times" Type="Edm.Int32" Nullable="false" />
    <Parameter Name="colour" Type="graph.colour" />
  </Action>
  <Action Name="repair" IsBound="true">
    <Parameter Name="bindingParameter" Type="graph.device" />
    <ReturnType Type="graph.device" />
  </Action>
  <Function Name="delta" IsBound="true">
    <Parameter Name="bindingParameter" Type="Collection(graph.lamp)" />
    <ReturnType Type="Collection(graph.lamp)" />
  </Function>
  <Function Name="near" IsBound="true" IsComposable="true">
    <Parameter Name="bindingParameter" Type="graph.lamp" />
    <ReturnType Type="graph.lamp" />
  </Function>
  <Function Name="near" IsBound="true" IsComposable="true">
    <Parameter Name="bindingParameter" Type="graph.lamp" />
    <Parameter Name="metres" Type="Edm.Int32" />
    <ReturnType Type="Collection(graph.lamp)" />
  </Function>
  <EntityContainer Name="GraphService">
    <EntitySet Name="rooms" EntityType="microsoft.graph.room" />
    <EntitySet Name="lamps" EntityType="microsoft.graph.lamp" />
    <Singleton Name="house" Type="microsoft.graph.room" />
  </EntityContainer>
</Schema>
<Schema Namespace="microsoft.graph.shows" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <EntityType Name="scene" BaseType="graph.entity"><Property Name="title" Type="Edm.String" /></EntityType>
</Schema>
</edmx:DataServices></edmx:Edmx>"#;

pub(super) fn csdl() -> Csdl {
    Csdl::parse(XML).expect("a schema")
}
