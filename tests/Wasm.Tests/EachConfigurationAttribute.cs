using System.Reflection;
using Xunit.Sdk;

namespace Tapedeck.Wasm.Tests;

/// <summary>Runs a theory on every configuration of the engine; with <paramref name="cases"/>, each case on each.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachConfigurationAttribute(params object[] cases) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        from configuration in Engines.All.Keys
        from row in cases.Length == 0 ? [[]] : cases.Select(static value => new[] { value })
        select (object[])[configuration, .. row];
}
