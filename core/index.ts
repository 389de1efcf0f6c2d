/**
 * The public door of the core: for the command line, benchmarks, tests of the whole and library users. Nothing inside core
 * imports it. What stands here is kept; everything else may move.
 */

// The document.
export type {
  Block,
  LazoDocument,
  Note,
  Point,
  PortRef,
  RunSettings,
  Sheet,
  Variable,
  Wire,
} from "./diagram/document.ts";
export { readDocument, writeDocument } from "./diagram/schema.ts";
export { checkDocument } from "./diagram/check.ts";
export { readCsv } from "./diagram/data.ts";
export { matrixOf, weight } from "./diagram/matrixText.ts";
export { attachFile, namedFiles } from "./diagram/dataFiles.ts";
export { seededBlocks, withSeeds } from "./diagram/seeds.ts";
export { addDataSet, changeDataSet, removeDataSet } from "./diagram/dataSets.ts";
export { evaluateExpression, evaluateVariables } from "./diagram/parameters.ts";
export { runSettings } from "./diagram/runSettings.ts";
export { solvers } from "./diagram/solvers.ts";
export { detectCsv, previewCsv } from "./data/detectCsv.ts";
export { createCsvReader } from "./data/csvReader.ts";
export { applySteps } from "./data/steps.ts";
export { blockOf, blocks } from "./blocks/index.ts";

// From a document to a model, and what is wrong with it.
export { compile } from "./compile/compile.ts";
export type { Compiled } from "./compile/compile.ts";
export type { Ir, Model, Problem, Severity } from "./ir/ir.ts";
export { undriven } from "./ir/undriven.ts";
export { executionOrder, printOrder } from "./ir/executionOrder.ts";
export type { OrderEntry } from "./ir/executionOrder.ts";

// A, B, C, D.
export { needlessStates } from "./linearize/needlessStates.ts";
export { linearize } from "./linearize/linearize.ts";
export type { Linearized } from "./linearize/linearize.ts";
export type { Linearization, LinearizeOptions } from "./linearize/linearization.ts";
export { signalsOf } from "./linearize/points.ts";
export { atPoint, atTime } from "./linearize/operatingPoint.ts";
export type { OperatingPoint, PointValues } from "./linearize/operatingPoint.ts";
export { trim } from "./linearize/trim.ts";
export type { TrimOutcome } from "./linearize/trim.ts";
export type { Trimmed, TrimSpec, Wish, Wishes } from "./linearize/trimmed.ts";
export type { StateSpace, TimeBase } from "./lti/stateSpace.ts";

// Matrix equations.
export { dlyap, lyap, sylvester } from "./math/lyapunov.ts";
export type { LinearMatrixOutcome } from "./math/lyapunov.ts";
export { care, dare } from "./math/riccati.ts";
export type { RiccatiOutcome, RiccatiSolution } from "./math/riccati.ts";
export type { RiccatiRefusal } from "./math/riccatiRefusal.ts";
export type { MatrixLike } from "./math/dense.ts";

// Linear models: forms, conversions, interconnection, sampling, structure, reduction.
export { ss } from "./lti/ss.ts";
export type { Lti } from "./lti/ss.ts";
export { tf } from "./lti/tf.ts";
export type { TransferFunction } from "./lti/transferFunction.ts";
export { zpk } from "./lti/zpk.ts";
export type { Zpk } from "./lti/zeroPoleGain.ts";
export { residue } from "./lti/residue.ts";
export type { PartialFractions } from "./lti/residue.ts";
export { balance, ssbal } from "./lti/ssbal.ts";
export { evalfr } from "./lti/evalfr.ts";
export { append, feedback, interconnect, lft, parallel, series } from "./lti/interconnect.ts";
export type { Joined } from "./lti/interconnect.ts";
export { connect } from "./lti/connect.ts";
export type { Connection, Signal } from "./lti/connect.ts";
export { absorbDelay, delayed, interconnectDelayed, pade } from "./lti/delay.ts";
export type { Delayed, JoinedDelayed } from "./lti/delay.ts";
export { c2d } from "./lti/c2d.ts";
export type { Resampled, SampleMethod, SampleOptions } from "./lti/resampled.ts";
export { d2c } from "./lti/d2c.ts";
export { damp, pole, zero } from "./lti/pole.ts";
export type { Damped } from "./lti/pole.ts";
export { tzero } from "./lti/tzero.ts";
export type { InvariantZeros } from "./lti/tzero.ts";
export { minreal } from "./lti/minreal.ts";
export type { MinimalRealization } from "./lti/minreal.ts";
export { dcgain } from "./lti/dcgain.ts";
export { covar, gram, hsvd } from "./lti/gram.ts";
export type { Covariance, Gramian } from "./lti/gram.ts";
export { balreal, balred } from "./lti/balreal.ts";
export type { Balanced, Reduced } from "./lti/balreal.ts";
export { balancedModes } from "./lti/modal.ts";
export type { BalancedModes, Modes } from "./lti/modal.ts";
export { stabsep } from "./lti/stabsep.ts";
export type { Separated } from "./lti/stabsep.ts";
export { pbh } from "./lti/pbh.ts";
export type { Mode } from "./lti/pbh.ts";
export { ctrb, obsv, structure } from "./lti/structure.ts";
export type { Structure } from "./lti/structure.ts";
export { canon } from "./lti/canon.ts";
export type { Canonical } from "./lti/canon.ts";

// Analysis of linear models.
export { freqresp } from "./analysis/freqresp.ts";
export type { FrequencyResponse } from "./analysis/freqresp.ts";
export { bode, nichols, nyquist } from "./analysis/bode.ts";
export type { Bode, Nichols } from "./analysis/bode.ts";
export { sigma } from "./analysis/sigma.ts";
export type { Sigma } from "./analysis/sigma.ts";
export { lsim } from "./analysis/lsim.ts";
export type { LsimOptions, TimeResponse } from "./analysis/lsim.ts";
export { impulse, initial, step } from "./analysis/step.ts";
export type { Pieces, Responses } from "./analysis/step.ts";
export type { Instants } from "./analysis/instants.ts";
export { stepinfo } from "./analysis/stepinfo.ts";
export type { StepInfo, StepInfoOptions, StepInfoOutcome } from "./analysis/stepinfo.ts";
export { gainAt, rlocus } from "./analysis/rlocus.ts";
export type { RootLocus } from "./analysis/rlocus.ts";
export { h2norm, hinfnorm, norm } from "./analysis/norm.ts";
export type { H2Norm, HinfNorm } from "./analysis/norm.ts";
export { allmargin, margin } from "./analysis/margin.ts";
export type { GainMargin, Margin, Margins, PhaseMargin } from "./analysis/margin.ts";
export { diskmargin } from "./analysis/diskmargin.ts";
export type { DiskMargin } from "./analysis/diskmargin.ts";
export { bandwidth } from "./analysis/bandwidth.ts";
export type { Bandwidth } from "./analysis/bandwidth.ts";

// Design.
export { dlqr, lqi, lqr, lqrd, lqry } from "./design/lqr.ts";
export type { LqrOutcome } from "./design/lqr.ts";
export { dlqe, kalman, lqe } from "./design/kalman.ts";
export type { EstimatorGain, EstimatorOutcome, EstimatorRefusal } from "./design/kalman.ts";
export { estim, reg } from "./design/estim.ts";
export { kalmd, lqgd } from "./design/lqgd.ts";
export { lqg } from "./design/lqg.ts";
export type { Lqg, LqgOutcome } from "./design/lqg.ts";
export { h2syn } from "./design/h2syn.ts";
export type { H2Outcome, H2Synthesis } from "./design/h2syn.ts";
export { hinfsyn } from "./design/hinfsyn.ts";
export type { GammaTooSmall, HinfOptions, HinfOutcome, HinfSynthesis } from "./design/hinfsyn.ts";
export type { SynthesisRefusal } from "./design/generalizedPlant.ts";
export { acker } from "./design/acker.ts";
export { closedPoles, redesign } from "./design/redesign.ts";
export type { Aim, Redesigned, RedesignRefusal } from "./design/redesign.ts";
export { place } from "./design/place.ts";
export type { PlaceOutcome, PlaceRefusal } from "./design/placement.ts";
export { pidSystem } from "./design/pid.ts";
export type { PidGains, PidRules, PidTerms } from "./design/pid.ts";
export { pidtune } from "./design/pidtune.ts";
export type { PidRefusal, PidtuneOptions, PidTuned } from "./design/pidtune.ts";
export { ultimate } from "./design/ultimate.ts";
export type { NoUltimate, Ultimate } from "./design/ultimate.ts";
export { relay } from "./design/relay.ts";
export type { RelayOutcome, RelayTest } from "./design/relay.ts";
export { tyreusLuyben, zieglerNichols } from "./design/zieglerNichols.ts";
export { simc } from "./design/simc.ts";
export type { Lags, Simc, SimcOptions, SimcOutcome } from "./design/simc.ts";
export { leadlag } from "./design/leadlag.ts";
export type { LeadLag, LeadLagOptions, LeadLagOutcome } from "./design/leadlag.ts";

// Estimation.
export { kalmanFilter } from "./estimate/kalmanFilter.ts";
export type { KalmanEstimate, KalmanOptions, KalmanOutcome } from "./estimate/kalmanFilter.ts";
export { parallelFilter, parallelSmoother } from "./estimate/parallelFilter.ts";
export type { ScanOptions as ParallelOptions } from "./estimate/parallelFilter.ts";
export { ensemble } from "./estimate/ensemble.ts";
export type { Ensemble, EnsembleEstimate, EnsembleRefusal } from "./estimate/ensemble.ts";
export { ensembleOnFound, ensembleOnGpu } from "./estimate/gpuEnsemble.ts";
export { filterOnFound, filterOnGpu } from "./estimate/gpuFilter.ts";
export type { GpuFiltered, GpuFilterOptions } from "./estimate/gpuFilter.ts";
export type { GpuFailed } from "./estimate/gpuParts.ts";
export type { LinearGaussian } from "./estimate/linearGaussian.ts";
export { rts } from "./estimate/rts.ts";
export type { Smoothed, SmootherOptions, SmootherOutcome } from "./estimate/rts.ts";
export type { EstimateRefusal } from "./estimate/refusal.ts";
export { fixedLag } from "./estimate/fixedLag.ts";
export type { FixedLag } from "./estimate/fixedLag.ts";
export { kalmanBucy } from "./estimate/kalmanBucy.ts";
export type { ContinuousGaussian } from "./estimate/kalmanBucy.ts";
export { informationFilter } from "./estimate/information.ts";
export type { InformationEstimate, InformationOutcome } from "./estimate/information.ts";
export { observer, steadyKalman } from "./estimate/observer.ts";
export type { Observed } from "./estimate/observer.ts";
export { ekf } from "./estimate/ekf.ts";
export type { EkfOptions } from "./estimate/ekf.ts";
export { ukf } from "./estimate/ukf.ts";
export type { UkfOptions } from "./estimate/ukf.ts";
export type { NonlinearEstimate, NonlinearModel, NonlinearOutcome } from "./estimate/nonlinear.ts";
export { plantModel } from "./plant/plantModel.ts";
export type { Plant, PlantOptions, PlantOutcome } from "./plant/plantModel.ts";
export { plantSignals } from "./plant/plantSignals.ts";
export type { PlantSignal, PlantSignals } from "./plant/plantSignals.ts";
export { particleFilter } from "./estimate/particle.ts";
export type { ParticleEstimate, ParticleOptions } from "./estimate/particle.ts";
export { forecast } from "./estimate/forecast.ts";
export type { Forecast } from "./estimate/forecast.ts";
export { consistency, ljungBox, nees, nis } from "./estimate/consistency.ts";
export type { Band, Consistency, ConsistencyOptions, Whiteness } from "./estimate/consistency.ts";
export { estimatorKinds, estimators } from "./estimate/estimators.ts";
export type { Estimated, EstimatorKind, EstimatingRefusal, Estimators, EstimatorSpec } from "./estimate/estimators.ts";
export type { DenseModel } from "./estimate/linearized.ts";
export { benchTrack, estimatorBench } from "./estimate/estimatorBench.ts";
export type { BenchRefusal, BenchReport, BenchTask, BenchTrack, Judged, LostRun } from "./estimate/estimatorBench.ts";

// Identification.
export type { IdentifyRefusal, Recording, Recordings } from "./identify/recording.ts";
export type { Innovations } from "./identify/identified.ts";
export { n4sid } from "./identify/n4sid.ts";
export type { N4sid, N4sidOptions, N4sidOutcome } from "./identify/n4sid.ts";
export type { Weighting } from "./identify/subspace.ts";
export { arx } from "./identify/arx.ts";
export type { Arx, ArxOrders } from "./identify/arx.ts";
export { aryule } from "./identify/aryule.ts";
export type { Autoregression } from "./identify/aryule.ts";
export { era } from "./identify/era.ts";
export type { Era, EraOptions, EraOutcome } from "./identify/era.ts";
export { dmd } from "./identify/dmd.ts";
export type { Dmd, DmdOptions, DmdOutcome } from "./identify/dmd.ts";
export { pem } from "./identify/pem.ts";
export type { Pem, PemOptions, PemOutcome } from "./identify/pem.ts";
export { predict } from "./identify/predict.ts";
export type { Predicted, PredictOptions, PredictOutcome } from "./identify/predict.ts";
export { uncertainResponse } from "./identify/uncertainty.ts";
export type { ParameterUncertainty, UncertainResponse } from "./identify/uncertainty.ts";
export { coefficientsOf, coefficientsSd, uncertainPoles, uncertainStep } from "./identify/uncertainFigures.ts";
export type { UncertainPole, UncertainStep } from "./identify/uncertainFigures.ts";
export { bootstrap } from "./identify/bootstrap.ts";
export type { BootstrapOptions } from "./identify/bootstrap.ts";
export type { Criteria } from "./identify/criteria.ts";
export { em } from "./identify/em.ts";
export type { Em, EmOptions, EmOutcome } from "./identify/em.ts";
export { mle } from "./identify/mle.ts";
export type { GaussianModel, Mle, MleOptions, MleOutcome } from "./identify/mle.ts";
export { mleNonlinear } from "./identify/mleNonlinear.ts";
export type { MleNonlinear, MleNonlinearOptions, MleNonlinearOutcome } from "./identify/mleNonlinear.ts";
export { structural } from "./identify/structural.ts";
export type { Structural, StructuralOptions, StructuralOutcome } from "./identify/structural.ts";
export { residuals } from "./identify/residualTests.ts";
export type { CrossCorrelation, ResidualOptions, Residuals } from "./identify/residualTests.ts";
export { compareModels, crossValidate } from "./identify/crossValidate.ts";
export type { Compared, CrossValidated } from "./identify/crossValidate.ts";

// Runs.
export { interpret } from "./sim/interpret.ts";
export { simulate, simulateInSlices } from "./sim/simulate.ts";
export type { Engine } from "./sim/engine.ts";
export type { SimResult, SimSettings, Solver, Trace } from "./sim/result.ts";

// Printed forms.
export { matrixFormats, printMatrices } from "./emit/matrices.ts";
export type { MatrixFormat } from "./emit/matrices.ts";
export { emitJson } from "./emit/json/emit.ts";
export type { CompiledModel } from "./emit/json/emit.ts";
export { accelerate } from "./emit/wasm/accelerate.ts";
export { emitWasm } from "./emit/wasm/emit.ts";
export { emitTypescript } from "./emit/typescript/emit.ts";
export { jsonNumber, numberText, textLiteral } from "./emit/literals.ts";

// GPUs, for learned layers and for estimation.
export { openGpu } from "./gpu/webgpu.ts";
export type { GpuOpened } from "./gpu/webgpu.ts";
export { findDevice } from "./gpu/findDevice.ts";
export type { GpuFound } from "./gpu/findDevice.ts";
export type { GpuDevice, GpuDispatch, GpuProgram, GpuRecording, GpuRefusal, GpuView } from "./gpu/device.ts";
export { planScan } from "./gpu/scanPlan.ts";
export type { ScanOptions, ScanPlan, ScanPlanned } from "./gpu/scanPlan.ts";
export { planMatmul } from "./gpu/matmulPlan.ts";
export type { MatmulPlan } from "./gpu/matmulPlan.ts";

// Learned state spaces.
export { layerKinds, network, parameters } from "./learn/network.ts";
export type { LayerKind, NetworkSpec } from "./learn/network.ts";
export { answers, evaluate, train } from "./learn/train.ts";
export type { Checkpoint, Progress, Trained, TrainSettings } from "./learn/train.ts";
export type { Loss, Sequences } from "./learn/lossTape.ts";
export { findGpu, trainOnFound, trainOnGpu } from "./learn/gpuTrain.ts";
export type { GpuProgress, GpuTrained } from "./learn/gpuTrain.ts";
export { gpuAnswers, gpuTrainer } from "./learn/gpuTrainer.ts";
export type { GpuTrainer } from "./learn/gpuTrainer.ts";
export { answer, prepare, score } from "./learn/task.ts";
export type { Cut, Prepared, Records, Score, Scores, Task, TaskRefusal } from "./learn/task.ts";
export { readWeights, writeWeights } from "./learn/weightFile.ts";
export type { Learned, ReadWeights, Scaling } from "./learn/weightFile.ts";
export { readCheckpoint, writeCheckpoint } from "./learn/checkpointFile.ts";
export type { ReadCheckpoint } from "./learn/checkpointFile.ts";
export { layerFrom } from "./learn/bridge.ts";
export type { Loaded } from "./learn/bridge.ts";
export { inUnits, learnedSystem, modesOfLearned, systemOf } from "./learn/readBack.ts";
export type { ReadBack } from "./learn/readBack.ts";
export { legs, nplr } from "./learn/hippo.ts";
export type { Machine, Weight, Weights } from "./learn/layers/layer.ts";
export { numbers } from "./learn/numbers.ts";
