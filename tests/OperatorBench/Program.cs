using Tapedeck.OperatorBench;

// As "operator KUBECONFIG" this is the operator's process; without, it is what measures it: "[TOOLS [SECONDS OF CHURN]]".
if (args is ["operator", var file])
{
    return await Subject.RunAsync(file);
}
return await Measurement.RunAsync(args.Length > 0 ? int.Parse(args[0]) : 1_000, args.Length > 1 ? int.Parse(args[1]) : 300);
