using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Analysis;

/// <summary>The rules for types in payloads: RPC0100 to RPC0199.</summary>
internal static class PayloadDiagnostics
{
    /// <summary><c>object</c> and <c>dynamic</c>.</summary>
    public static readonly DiagnosticDescriptor Untyped = Error(
        "RPC0100", "A payload's type must be known", "'{0}' cannot be in a payload: both sides must know the type, and no type is named by the wire");

    /// <summary>A delegate.</summary>
    public static readonly DiagnosticDescriptor Delegate = Error(
        "RPC0101", "Delegates cannot be in payloads", "The delegate '{0}' cannot be in a payload");

    /// <summary>A pointer, a ref struct.</summary>
    public static readonly DiagnosticDescriptor StackOnly = Error(
        "RPC0102", "Pointers and ref structs cannot be in payloads", "'{0}' cannot be in a payload: it refers to memory of this process");

    /// <summary>An attribute on a member of a struct that is copied as memory.</summary>
    public static readonly DiagnosticDescriptor NoEffect = new(
        "RPC0103",
        "The attribute has no effect in a struct without references",
        "[{1}] has no effect here: '{0}' holds no reference, so it travels as its memory, all of its fields in the order of declaration",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpPage.Of("RPC0103"));

    /// <summary>An interface or abstract class without union cases.</summary>
    public static readonly DiagnosticDescriptor NoUnion = Error(
        "RPC0104", "Interfaces and abstract classes need union cases", "'{0}' is {1} and names no cases: put [RpcUnion(tag, typeof(Case))] on it for each type that may be sent");

    /// <summary>A type of the framework that has no payload form.</summary>
    public static readonly DiagnosticDescriptor Unsupported = Error(
        "RPC0105", "The type has no payload form", "'{0}' cannot be in a payload: no formatter exists for it");

    /// <summary>A type that generated code cannot name.</summary>
    public static readonly DiagnosticDescriptor InaccessibleType = Error(
        "RPC0106", "A payload's type must be accessible", "'{0}' cannot be in a payload: it is not accessible in the assembly");

    /// <summary>Several constructors.</summary>
    public static readonly DiagnosticDescriptor ConstructorChoice = Error(
        "RPC0107", "The constructor to call is not clear", "'{0}' has {1} constructors: put [RpcConstructor] on the one that reading calls");

    /// <summary>A parameter that no member serves.</summary>
    public static readonly DiagnosticDescriptor ConstructorParameter = Error(
        "RPC0108", "A constructor's parameter matches no member", "The parameter '{1}' of the constructor of '{0}' matches no member of its name and type, so nothing could be passed to it");

    /// <summary>More members than the format can count.</summary>
    public static readonly DiagnosticDescriptor TooManyMembers = Error(
        "RPC0109", "A type has too many members", "'{0}' has {1} members, a payload's object has at most 249");

    /// <summary>Orders that are missing, double or out of range.</summary>
    public static readonly DiagnosticDescriptor Order = Error(
        "RPC0110", "The order of the members is not right", "The order of the members of '{0}' is not right: {1}");

    /// <summary>Union cases that cannot be told apart or are none.</summary>
    public static readonly DiagnosticDescriptor Union = Error(
        "RPC0111", "A union is not right", "The union '{0}' is not right: {1}");

    /// <summary>A member that generated code cannot reach.</summary>
    public static readonly DiagnosticDescriptor InaccessibleMember = Error(
        "RPC0112", "A member is not accessible", "{0} is not accessible to generated code: make it internal or public");

    /// <summary>A layout that the type cannot have.</summary>
    public static readonly DiagnosticDescriptor Layout = Error(
        "RPC0113", "The layout does not fit the type", "'{0}' cannot be {1}: {2}");

    /// <summary>A collection type that would be written as an object.</summary>
    public static readonly DiagnosticDescriptor LostElements = Error(
        "RPC0114", "A collection's elements would be lost", "'{0}' is a collection whose elements are no members of it: put [RpcPayload(RpcPayloadLayout.Collection)] on it to send them, [RpcPayload] to send its members alone");

    /// <summary>A struct whose memory cannot be written safely.</summary>
    public static readonly DiagnosticDescriptor StructLayout = Error(
        "RPC0115", "The struct's memory cannot be written", "'{0}' cannot be written as memory: {1}");

    /// <summary>A callback that wants arguments.</summary>
    public static readonly DiagnosticDescriptor Callback = Error(
        "RPC0116", "A callback has no parameters", "'{0}' has parameters or type parameters: a callback is called without");

    /// <summary>A generic type that contains ever larger forms of itself.</summary>
    public static readonly DiagnosticDescriptor InfiniteGeneric = Error(
        "RPC0117", "A generic type expands without end", "'{0}' contains ever larger forms of itself");

    /// <summary>A type of another assembly with fields and properties.</summary>
    public static readonly DiagnosticDescriptor UnknownOrder = Error(
        "RPC0118",
        "The order of members is not known outside of their assembly",
        "'{0}' has fields and properties, and a compiled assembly does not say how they follow each other: give its members [RpcOrder], or reach it from a contract in its own assembly");

    private const string Category = "Rpc.Payloads";

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of(id));

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = ImmutableArray.Create(
        Untyped, Delegate, StackOnly, NoEffect, NoUnion, Unsupported, InaccessibleType, ConstructorChoice, ConstructorParameter, TooManyMembers, Order, Union, InaccessibleMember, Layout, LostElements, StructLayout, Callback, InfiniteGeneric, UnknownOrder);
}
