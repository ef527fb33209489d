namespace Tapedeck.Components.Binary;

/// <summary>The features of the component model that are decoded and refused, by the names that errors carry.</summary>
internal static class Feature
{
    internal const string Async = "async";
    internal const string Values = "values";
    internal const string GC = "gc";
    internal const string Exceptions = "exceptions";
    internal const string Memory64 = "memory64";
    internal const string Threads = "threads";
    internal const string FunctionReferences = "function-references";
    internal const string CustomPageSizes = "custom-page-sizes";
}
