using System.CommandLine;
using Feed.Publisher;
using Feed.Subscriber;

var port = new Option<int>("--port") { Description = "The TCP port; 0 for any that is free.", DefaultValueFactory = _ => 7100 };
var symbols = new Option<int>("--symbols") { Description = "How many symbols there are.", DefaultValueFactory = _ => 20 };
var rate = new Option<int>("--rate") { Description = "Prices a second, of all symbols together.", DefaultValueFactory = _ => 50_000 };
var publisher = new Command("publisher", "Publishes made-up prices until Ctrl+C.") { port, symbols, rate };
publisher.SetAction((parsed, cancellationToken) => FeedPublisher.RunAsync(
    parsed.GetValue(port), parsed.GetValue(symbols), parsed.GetValue(rate), cancellationToken));

var address = new Argument<string>("address") { Description = "Where the publisher is: tcp://host:port." };
var take = new Option<int>("--take") { Description = "Ends after so many prices.", DefaultValueFactory = _ => 100_000 };
var slow = new Option<bool>("--slow") { Description = "Takes at most 2,000 prices a second." };
var subscriber = new Command("subscriber", "Takes prices and checks that none is missing.") { address, take, slow };
subscriber.SetAction((parsed, cancellationToken) => FeedSubscriber.RunAsync(
    parsed.GetRequiredValue(address), parsed.GetValue(take), parsed.GetValue(slow), cancellationToken));

return await new RootCommand("Prices from one service to others.") { publisher, subscriber }
    .Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
