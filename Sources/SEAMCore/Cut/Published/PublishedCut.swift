import Imaging

enum PublishedCut {
    static func run(
        _ stack: IonStack, choice: ChannelChoice, parameters: SIMSCut.Parameters,
        monitor: StageMonitor
    ) throws(AnalysisError) -> SIMSCut.Result {
        throw .unsuitableData("later")
    }
}
