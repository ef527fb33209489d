using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Tapedeck.Node.Tests;

/// <summary>A step of a story on a real node: it stands on what the steps before it did.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Xunit.Sdk.FactDiscoverer", "xunit.execution.{Platform}")]
public sealed class StepAttribute : FactAttribute
{
    public StepAttribute(int number)
    {
        Number = number;
        Skip = TestNode.Folder is null ? "THERE IS NO NODE: nothing is tested end to end; make e2e brings one up" : null;
    }

    public int Number { get; }
}

/// <summary>Runs the steps by their numbers.</summary>
public sealed class StepOrder : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase => testCases.OrderBy(NumberOf);

    private static int NumberOf<TTestCase>(TTestCase testCase)
        where TTestCase : ITestCase =>
        testCase.TestMethod.Method.GetCustomAttributes(typeof(StepAttribute).AssemblyQualifiedName).Single().GetNamedArgument<int>(nameof(StepAttribute.Number));
}
